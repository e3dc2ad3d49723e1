using Xunit;

namespace Mirror.Tests.Importing;

/// <summary>A test of a feature that Windows does not have, or only with special permissions.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute(string reason)
    {
        Reason = reason;
        if (OperatingSystem.IsWindows())
        {
            Skip = reason;
        }
    }

    public string Reason { get; }
}
