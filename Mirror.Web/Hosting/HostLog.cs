namespace Mirror.Web.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(1001, LogLevel.Information, "Started: {Urls}; data in {DataDirectory}")]
    public static partial void Started(ILogger logger, string urls, string dataDirectory);

    [LoggerMessage(
        1003,
        LogLevel.Warning,
        "Listening on {Url}, not only on this machine, while everybody may read without credentials; set Mirror:Auth:AnonymousRead to false if that is not meant")]
    public static partial void AnonymousReadBeyondLoopback(ILogger logger, string url);

    [LoggerMessage(1004, LogLevel.Warning, "The certificate in {Path} ended on {NotAfter:u}; clients will refuse it")]
    public static partial void CertificateExpired(ILogger logger, string? path, DateTimeOffset notAfter);

    [LoggerMessage(1011, LogLevel.Error, "Jobs that ended long ago could not be removed; tried again in a minute")]
    public static partial void JobsNotCleanedUp(ILogger logger, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "Figures of use and traffic could not be written down; it is tried again")]
    public static partial void FiguresNotWrittenDown(ILogger logger, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "The syncs that a stop interrupted could not be looked for; they are at the next start")]
    public static partial void SyncsNotResumed(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Information, "Stopping: no new requests are taken, running ones have {Seconds} s to finish")]
    public static partial void Stopping(ILogger logger, double seconds);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "The server stops without waiting any longer: requests that still run are ended, and {Downloads} downloads from origins")]
    public static partial void EndingRequests(ILogger logger, int downloads);

    [LoggerMessage(1017, LogLevel.Error, "The server stopped, but not all of it in order")]
    public static partial void StopFailed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "The audit log could not be kept in order; it is tried again")]
    public static partial void AuditFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        1014, LogLevel.Warning, "{Count} connections were refused since this was last logged, the latest because {Limit} is reached")]
    public static partial void ConnectionsRefused(ILogger logger, long count, string limit);

    [LoggerMessage(
        1015,
        LogLevel.Warning,
        "{Count} pages of visitors without a sign-in were not connected since this was last logged, the latest because {Limit} is reached")]
    public static partial void PagesRefused(ILogger logger, long count, string limit);
}
