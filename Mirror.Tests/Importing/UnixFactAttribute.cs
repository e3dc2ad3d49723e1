using Xunit;

namespace Mirror.Tests.Importing;

/// <summary>A test of what Windows does not have, or not without ado.</summary>
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
