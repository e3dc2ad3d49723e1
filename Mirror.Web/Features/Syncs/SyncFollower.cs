using Mirror.Core.Sync;

namespace Mirror.Web.Features.Syncs;

/// <summary>Follows one sync to its end, for whatever shows it, or until that is gone.</summary>
public sealed class SyncFollower : IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <param name="changed">Told how it is, now and whenever that changes.</param>
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
            // What showed it is gone.
        }
    }
}
