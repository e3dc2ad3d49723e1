using Mirror.Core.Configuration;

namespace Mirror.Web.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(1001, LogLevel.Information, "Started at {Urls} with data directory {DataDirectory}")]
    public static partial void Started(ILogger logger, string urls, string dataDirectory);

    [LoggerMessage(
        1003,
        LogLevel.Warning,
        "{Url} is reachable from other machines with anonymous read access; to require credentials, set Mirror:Auth:AnonymousRead=false")]
    public static partial void AnonymousReadBeyondLoopback(ILogger logger, string url);

    [LoggerMessage(1011, LogLevel.Error, "Failed to remove ended jobs; retrying in a minute")]
    public static partial void JobsNotCleanedUp(ILogger logger, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "Failed to save usage and traffic statistics; retrying")]
    public static partial void FiguresNotWrittenDown(ILogger logger, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "Failed to resume interrupted syncs; the next start retries")]
    public static partial void SyncsNotResumed(ILogger logger, Exception exception);

    [LoggerMessage(1020, LogLevel.Error, "Failed to resume the publication of Git tags; the next start retries")]
    public static partial void TagsNotResumed(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Information, "Stopping: refusing new requests, waiting up to {Seconds} s for active requests")]
    public static partial void Stopping(ILogger logger, double seconds);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "Stopping now: canceling the remaining requests and {Downloads} downloads from origins")]
    public static partial void EndingRequests(ILogger logger, int downloads);

    [LoggerMessage(1017, LogLevel.Error, "The server did not stop cleanly")]
    public static partial void StopFailed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "Failed to maintain the audit log; retrying")]
    public static partial void AuditFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        1014, LogLevel.Warning, "Refused {Count} connections since the last message; the limit {Limit} is reached")]
    public static partial void ConnectionsRefused(ILogger logger, long count, string limit);

    [LoggerMessage(
        1015,
        LogLevel.Warning,
        "Refused to connect {Count} pages of anonymous users since the last message; the limit {Limit} is reached")]
    public static partial void PagesRefused(ILogger logger, long count, string limit);

    [LoggerMessage(
        1019,
        LogLevel.Warning,
        "Refused {Count} TLS connections since the last message because of the client certificate; the latest: {Reason}")]
    public static partial void ClientCertificatesRefused(ILogger logger, long count, string reason);

    [LoggerMessage(1018, LogLevel.Information, "Origins are queried {Origins}; the OpenID provider is queried {SignIn}")]
    public static partial void OutboundProxies(ILogger logger, ProxyOptions origins, string signIn);
}
