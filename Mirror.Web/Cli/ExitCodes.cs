namespace Mirror.Web.Cli;

internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>The command line is not valid; nothing was done.</summary>
    public const int BadUsage = 2;

    /// <summary>Success, but with stale data: an origin could not be queried.</summary>
    public const int StaleData = 3;

    /// <summary>The program to run cannot be started; the number is that of shells.</summary>
    public const int NotExecutable = 126;

    /// <summary>There is no program to run by that name; the number is that of shells.</summary>
    public const int NotFound = 127;
}
