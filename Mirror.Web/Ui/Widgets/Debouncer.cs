namespace Mirror.Web.Ui.Widgets;

/// <summary>Runs an action once a burst of calls is over, or, throttling, at most once per interval while it lasts.</summary>
public sealed class Debouncer : IDisposable
{
    /// <summary>How long typing must rest before it is searched for.</summary>
    public static readonly TimeSpan TypingDelay = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly Action _action;
    private readonly TimeSpan _delay;
    private bool _pending;

    /// <param name="action">Called on a timer's thread; must not throw.</param>
    public Debouncer(TimeProvider time, TimeSpan delay, Action action)
    {
        _action = action;
        _delay = delay;
        _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits anew: the action runs when this has not been called for the delay.</summary>
    public void Postpone() => Start(again: true);

    /// <summary>The action runs after the delay, however often this is called meanwhile.</summary>
    public void Throttle() => Start(again: false);

    /// <summary>Forgets a call that waits.</summary>
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
