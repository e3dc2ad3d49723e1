namespace Mirror.Web.Commands;

internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>The command was not written as its help says; nothing was done.</summary>
    public const int BadUsage = 2;
}
