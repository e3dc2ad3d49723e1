namespace Mirror.Web.Ui.Widgets;

/// <summary>Runs an action after a burst of calls (debouncing), or at most once per interval during it (throttling).</summary>
public sealed class Debouncer : IDisposable
{
    /// <summary>The pause in typing after which a search starts.</summary>
    public static readonly TimeSpan TypingDelay = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly Action _action;
    private readonly TimeSpan _delay;
    private bool _pending;

    /// <param name="action">Called on a timer thread; must not throw.</param>
    public Debouncer(TimeProvider time, TimeSpan delay, Action action)
    {
        _action = action;
        _delay = delay;
        _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Restarts the delay, after which the action runs.</summary>
    public void Postpone() => Start(again: true);

    /// <summary>Runs the action after the delay; further calls meanwhile have no effect.</summary>
    public void Throttle() => Start(again: false);

    /// <summary>Cancels a pending call.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _pending = false;
        }
    }

    public void Dispose()
    {
        Cancel();
        _timer.Dispose();
    }

    private void Start(bool again)
    {
        lock (_gate)
        {
            if (!_pending || again)
            {
                _pending = true;
                _timer.Change(_delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            if (!_pending)
            {
                return;
            }

            _pending = false;
        }

        _action();
    }
}
