using Microsoft.Extensions.Logging;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Sync;

/// <summary>Starts the syncs of <c>Mirror:Sync</c> when they are due, unless the previous run is still in progress.</summary>
public sealed class SyncScheduler(
    SyncService syncs, NamespaceDirectory namespaces, MirrorOptions options, TimeProvider time, ILogger<SyncScheduler> logger)
{
    // The clock is checked this often: it may have been set, and timers stop while the host is suspended.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(options.Sync.Select(entry => RunAsync(entry, stopping)));

    private async Task RunAsync(SyncOptions entry, CancellationToken stopping)
    {
        DateTimeOffset? last = null;
        var from = time.GetUtcNow();
        while (entry.Schedule.Next(from, last) is { } next)
        {
            bool due = await WaitAsync(from, next, stopping).ConfigureAwait(false);
            if (due)
            {
                await SyncAsync(entry, stopping).ConfigureAwait(false);
            }

            from = time.GetUtcNow();
            // A run in the future happened before the clock was set back: the interval counts from now.
            last = due ? next : last;
            last = last > from ? from : last;
        }
    }

    /// <returns>False if the clock was set back to before the start of the wait, so that the next run has to be recalculated.</returns>
    private async Task<bool> WaitAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken stopping)
    {
        for (var now = time.GetUtcNow(); now < until; now = time.GetUtcNow())
        {
            if (now < from)
            {
                return false;
            }

            var wait = until - now;
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stopping).ConfigureAwait(false);
        }

        return true;
    }

    private async Task SyncAsync(SyncOptions entry, CancellationToken stopping)
    {
        try
        {
            if (await namespaces.FindAsync(entry.Group, stopping).ConfigureAwait(false) is not { } scope)
            {
                logger.ScheduleWithoutGroup(entry.ToString(), entry.Group.Value);
                return;
            }

            var request = new SyncRequest([new SyncSelection(entry.Provider, entry.Versions)], entry.Platforms);
            long id = (await syncs.StartAsync(scope, request, Principal.System, stopping).ConfigureAwait(false)).Id;
            SyncStatus? ended = null;
            await foreach (var status in syncs.WatchAsync(scope.RootGroupId, id, stopping).ConfigureAwait(false))
            {
                ended = status;
            }

            if (ended is { State: SyncState.Failed or SyncState.Stale })
            {
                logger.ScheduledSyncFailed(
                    entry.ToString(), id, ended.Error ?? ended.Packages.FirstOrDefault(package => package.Error is not null)?.Error);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Continue with the next run.
            logger.ScheduledSyncBroke(entry.ToString(), e);
        }
    }
}
