using Mirror.Tests.Time;

namespace Mirror.Tests.Origin;

/// <summary>
/// Holds the origin at a point until the test opens it, and notifies the test when the origin arrives, so that no test needs to sleep.
/// </summary>
public sealed class Gate
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private readonly List<(int Count, TaskCompletionSource Source)> _observers = [];
    private int _arrivals;
    private int _permits;
    private bool _open;

    /// <summary>The number of arrivals, with or without waiting.</summary>
    public int Arrivals
    {
        get
        {
            lock (_lock)
            {
                return _arrivals;
            }
        }
    }

    /// <summary>Lets all arrivals pass from now on.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _open = true;
            while (_waiting.TryDequeue(out var waiter))
            {
                waiter.TrySetResult();
            }
        }
    }

    /// <summary>Lets <paramref name="count"/> arrivals pass, waiting ones first.</summary>
    public void Pass(int count = 1)
    {
        lock (_lock)
        {
            for (; count > 0; count--)
            {
                if (!_waiting.TryDequeue(out var waiter))
                {
                    _permits += count;
                    return;
                }

                // A canceled waiter uses no permit.
                if (!waiter.TrySetResult())
                {
                    count++;
                }
            }
        }
    }

    /// <summary>Completes after <paramref name="count"/> arrivals.</summary>
    public async Task WhenReached(int count = 1)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_arrivals >= count)
            {
                return;
            }

            _observers.Add((count, source));
        }

        try
        {
            await source.Task.WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The gate was reached {Arrivals} time(s), not {count}.", e);
        }
    }

    internal async Task PassThroughAsync(CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _arrivals++;
            _observers.RemoveAll(observer => _arrivals >= observer.Count && observer.Source.TrySetResult());
            if (_open)
            {
                return;
            }

            if (_permits > 0)
            {
                _permits--;
                return;
            }

            _waiting.Enqueue(waiter);
        }

        await using var registration = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        await waiter.Task;
    }
}
