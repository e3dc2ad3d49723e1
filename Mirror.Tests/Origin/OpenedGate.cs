namespace Mirror.Tests.Origin;

/// <summary>A gate that is opened when the test ends, however it ends, so that nothing hangs at it.</summary>
public sealed class OpenedGate : IDisposable
{
    public Gate Gate { get; } = new();

    public void Dispose() => Gate.Open();
}
