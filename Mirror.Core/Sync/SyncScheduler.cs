using Microsoft.Extensions.Logging;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Core.Sync;

/// <summary>Starts the syncs of <c>Mirror:Sync</c> when they are due; one that is still under way is not started again.</summary>
public sealed class SyncScheduler(SyncService syncs, NamespaceDirectory namespaces, MirrorOptions options, TimeProvider time, ILogger<SyncScheduler> logger)
{
    // Timers cannot be set arbitrarily far ahead.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Works until cancelled.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(options.Sync.Select(entry => RunAsync(entry, stopping)));

    private async Task RunAsync(SyncOptions entry, CancellationToken stopping)
    {
        DateTimeOffset? last = null;
        while (entry.Schedule.Next(time.GetUtcNow(), last) is { } next)
        {
            for (var wait = next - time.GetUtcNow(); wait > TimeSpan.Zero; wait = next - time.GetUtcNow())
            {
                await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stopping).ConfigureAwait(false);
            }

            last = next;
            await SyncAsync(entry, stopping).ConfigureAwait(false);
        }
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
            long id = await syncs.StartAsync(scope, request, Principal.System, stopping).ConfigureAwait(false);
            SyncStatus? ended = null;
            await foreach (var status in syncs.WatchAsync(scope.RootGroupId, id, stopping).ConfigureAwait(false))
            {
                ended = status;
            }

            if (ended is { State: SyncState.Failed })
            {
                logger.ScheduledSyncFailed(entry.ToString(), id, ended.Error ?? ended.Packages.FirstOrDefault(package => package.Error is not null)?.Error);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next time may go better.
            logger.ScheduledSyncBroke(entry.ToString(), e);
        }
    }
}
