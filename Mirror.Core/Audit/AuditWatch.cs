namespace Mirror.Core.Audit;

/// <summary>
/// Tells open pages that there are new events, also those of other processes. While a page is open, one query finds the id of the newest
/// event, regardless of the number of pages.
/// </summary>
public sealed class AuditWatch : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly AuditReader _reader;
    private readonly Lock _gate = new();
    private readonly List<Action> _watchers = [];
    private readonly ITimer _timer;
    private long? _newest;
    private bool _asking;

    public AuditWatch(AuditReader reader, TimeProvider time)
    {
        _reader = reader;
        _timer = time.CreateTimer(_ => _ = AskAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="changed">Called on any thread; must be fast and must not throw.</param>
    /// <returns>Ends the notifications when it is disposed.</returns>
    public IDisposable Subscribe(Action changed)
    {
        lock (_gate)
        {
            _watchers.Add(changed);
            if (_watchers.Count == 1)
            {
                _newest = null;
                _timer.Change(Interval, Interval);
            }
        }

        return new Subscription(this, changed);
    }

    public void Dispose() => _timer.Dispose();

    private async Task AskAsync()
    {
        lock (_gate)
        {
            if (_asking)
            {
                return;
            }

            _asking = true;
        }

        Action[] notified = [];
        try
        {
            long newest = await _reader.FindNewestAsync(CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                // The first answer also notifies: what happened since a page was loaded is not known.
                notified = newest == _newest ? [] : [.. _watchers];
                _newest = newest;
            }
        }
        catch (System.Data.Common.DbException)
        {
            // The database is locked or gone; the next query tells.
        }
        finally
        {
            lock (_gate)
            {
                _asking = false;
            }
        }

        foreach (var changed in notified)
        {
            changed();
        }
    }

    private void Remove(Action changed)
    {
        lock (_gate)
        {
            _watchers.Remove(changed);
            if (_watchers.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Subscription(AuditWatch watch, Action changed) : IDisposable
    {
        public void Dispose() => watch.Remove(changed);
    }
}
