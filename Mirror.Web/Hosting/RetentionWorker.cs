using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;

namespace Mirror.Web.Hosting;

/// <summary>
/// Enforces the quota independently of fetches: after it was lowered, and after imports. Removes orphaned packages when their grace
/// period is over, and once per hour the packages that have not been used for the configured time and those of interrupted publications.
/// </summary>
internal sealed partial class RetentionWorker(
    StorageSpace space, Orphans orphans, PendingBlobs pending, TimeProvider time, ILogger<RetentionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnusedInterval = TimeSpan.FromHours(1);

    private long? _unusedRemovedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await orphans.RemoveDueAsync(stoppingToken);
                await space.EnforceQuotaAsync(stoppingToken);
                if (_unusedRemovedAt is not { } last || time.GetElapsedTime(last) >= UnusedInterval)
                {
                    await space.RemoveUnusedAsync(stoppingToken);
                    await pending.RecoverAsync(isStart: false, stoppingToken);
                    _unusedRemovedAt = time.GetTimestamp();
                }
            }
            catch (Exception e) when (e is IOException or DbException or DbUpdateException or UnauthorizedAccessException)
            {
                Failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(
        1002, LogLevel.Error, "Failed to enforce the quota or to remove orphaned or unused packages; retrying in a minute")]
    private partial void Failed(Exception exception);
}
