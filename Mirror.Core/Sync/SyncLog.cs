using Microsoft.Extensions.Logging;

namespace Mirror.Core.Sync;

/// <summary>Event ids are stable: 3000 and up.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(3001, LogLevel.Error, "Sync {Id} ended unexpectedly")]
    public static partial void SyncFailed(this ILogger logger, long id, Exception exception);
}
