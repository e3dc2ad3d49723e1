using Mirror.Core.Sync;

namespace Mirror.Web.Features.Syncs;

/// <summary>Follows a sync until it ends or this is disposed.</summary>
public sealed class SyncFollower : IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <param name="changed">Receives the status, now and on each change.</param>
    public SyncFollower(SyncLoader loader, string group, long id, Func<SyncStatus, Task> changed) =>
        _ = FollowAsync(loader, group, id, changed, _gone.Token);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private static async Task FollowAsync(
        SyncLoader loader, string group, long id, Func<SyncStatus, Task> changed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var status in loader.WatchAsync(group, id, cancellationToken))
            {
                await changed(status);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
