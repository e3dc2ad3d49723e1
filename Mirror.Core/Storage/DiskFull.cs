namespace Mirror.Core.Storage;

/// <summary>Tells a full disk from other write errors.</summary>
public static class DiskFull
{
    private const int UnixNoSpace = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool Caused(IOException exception) => exception.HResult is UnixNoSpace or WindowsDiskFull;
}
