using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;

namespace Mirror.Web.Hosting;

/// <summary>
/// Keeps what is stored within the quota also where nothing is fetched: after it was lowered, and after imports. Removes bytes that
/// no record names once their grace is over.
/// </summary>
internal sealed partial class RetentionWorker(StorageSpace space, Orphans orphans, TimeProvider time, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await orphans.RemoveDueAsync(stoppingToken);
                await space.EnforceQuotaAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or DbException or DbUpdateException or UnauthorizedAccessException)
            {
                Failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(
        1002, LogLevel.Error, "The quota could not be enforced, or orphaned packages not be removed; it is tried again in a minute")]
    private partial void Failed(Exception exception);
}
