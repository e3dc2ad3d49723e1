namespace Mirror.Core.Upstream;

/// <summary>A time limit shared by a chain of requests, so that the whole chain ends in time.</summary>
public sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    /// <param name="stopping">Ends the work before the limit, for example when the server stops.</param>
    public Deadline(TimeProvider time, TimeSpan limit, CancellationToken stopping)
    {
        _time = time;
        _start = time.GetTimestamp();
        _limit = limit;
        Stopping = stopping;
        _timer = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, stopping);
    }

    /// <summary>Cancelled when the limit is reached or the server stops.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>Cancelled when the work ends for a reason other than the time limit.</summary>
    public CancellationToken Stopping { get; }

    public bool IsOver => _timer.IsCancellationRequested;

    public TimeSpan Remaining
    {
        get
        {
            var remaining = _limit - _time.GetElapsedTime(_start);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
