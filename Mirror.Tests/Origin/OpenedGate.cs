namespace Mirror.Tests.Origin;

/// <summary>A gate that opens when the test ends, even if it fails, so that no request waits forever.</summary>
public sealed class OpenedGate : IDisposable
{
    public Gate Gate { get; } = new();

    public void Dispose() => Gate.Open();
}
