namespace Mirror.Web.Ui;

/// <summary>Notifies an open page when something that it shows changes with time alone.</summary>
/// <param name="reached">Called on a timer thread; must not throw.</param>
public sealed class Deadline(TimeProvider time, Action reached) : IDisposable
{
    // A timer waits for some weeks at most. A page that is notified early loads its content and sets the deadline again.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private ITimer? _timer;

    public void Dispose() => _timer?.Dispose();

    /// <summary>Replaces the time at which the page is notified.</summary>
    /// <param name="at">Null for never.</param>
    public void Set(DateTimeOffset? at)
    {
        _timer?.Dispose();
        _timer = null;
        if (at is { } due)
        {
            var wait = due - time.GetUtcNow();
            _timer = time.CreateTimer(
                _ => reached(), null, wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxWait ? MaxWait : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
