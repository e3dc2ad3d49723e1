using Microsoft.Extensions.Logging;

namespace Mirror.Core.Sync;

/// <summary>Event ids are stable: 3000 and up.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(3001, LogLevel.Error, "Sync {Id} ended unexpectedly")]
    public static partial void SyncFailed(this ILogger logger, long id, Exception exception);

    [LoggerMessage(3002, LogLevel.Error, "The scheduled sync of {Entry} was not started: group or workspace {Group} does not exist")]
    public static partial void ScheduleWithoutGroup(this ILogger logger, string entry, string group);

    [LoggerMessage(3003, LogLevel.Warning, "The scheduled sync of {Entry} (sync {Id}) is incomplete: {Reason}")]
    public static partial void ScheduledSyncFailed(this ILogger logger, string entry, long id, string? reason);

    [LoggerMessage(3004, LogLevel.Error, "The scheduled sync of {Entry} failed to start")]
    public static partial void ScheduledSyncBroke(this ILogger logger, string entry, Exception exception);
}
