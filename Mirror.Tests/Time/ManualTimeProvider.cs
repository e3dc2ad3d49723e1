namespace Mirror.Tests.Time;

/// <summary>
/// A clock that only the test advances. Timers, <c>Task.Delay(…, provider)</c> and <c>new CancellationTokenSource(delay, provider)</c> fire
/// during <see cref="Advance"/>, on the calling thread, in the order of their due times and each at its own time.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    /// <summary>The number of ticks of one periodic timer that an <see cref="Advance"/> fires individually.</summary>
    public const int MaxTicks = 100;

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Source)> _observers = [];
    private DateTimeOffset _now;
    private long _elapsed;
    private long _sequence;

    /// <summary>Starts at noon of 1 January 2026, UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualTimeProvider(DateTimeOffset now) => _now = now.ToUniversalTime();

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The number of waiting timers.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed;
        }
    }

    /// <summary>
    /// Advances the clock and fires due timers, including timers that are set meanwhile. A periodic timer with more than
    /// <see cref="MaxTicks"/> remaining ticks skips all but the last of them, like on a machine that was suspended: in one month, a timer
    /// with a period of five seconds would otherwise have half a million ticks.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative. Use <see cref="SetWallClock"/> instead.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long end;
        lock (_lock)
        {
            end = _elapsed + time.Ticks;
        }

        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            MoveTo(end);
        }
    }

    /// <summary>Sets the time of day in either direction, like an administrator. Timers and timestamps do not change.</summary>
    public void SetWallClock(DateTimeOffset now)
    {
        lock (_lock)
        {
            _now = now.ToUniversalTime();
        }
    }

    /// <summary>Completes once at least <paramref name="count"/> timers are waiting, so that an advance fires them.</summary>
    public async Task WhenTimersPending(int count = 1)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_timers.Count >= count)
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
            throw new TimeoutException($"{PendingTimers} timer(s) are waiting, not {count}.", e);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(long end)
    {
        lock (_lock)
        {
            var timer = _timers.MinBy(timer => (timer.Due, timer.Sequence));
            if (timer is null || timer.Due > end)
            {
                return null;
            }

            MoveTo(Math.Max(timer.Due, _elapsed));
            _timers.Remove(timer);
            if (timer.Period > 0)
            {
                long left = (end - timer.Due) / timer.Period;
                timer.Due += left > MaxTicks ? left * timer.Period : timer.Period;
                timer.Sequence = _sequence++;
                _timers.Add(timer);
            }

            return timer;
        }
    }

    private void MoveTo(long elapsed)
    {
        _now = _now.AddTicks(elapsed - _elapsed);
        _elapsed = elapsed;
    }

    // A period of zero or less means once. An infinite due time means never.
    private void Set(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        bool isDueNow = dueTime == TimeSpan.Zero;
        lock (_lock)
        {
            _timers.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period.Ticks : 0;
            if (dueTime != Timeout.InfiniteTimeSpan && !(isDueNow && timer.Period == 0))
            {
                timer.Due = _elapsed + (isDueNow ? timer.Period : dueTime.Ticks);
                timer.Sequence = _sequence++;
                _timers.Add(timer);
                _observers.RemoveAll(observer => _timers.Count >= observer.Count && observer.Source.TrySetResult());
            }
        }

        if (isDueNow)
        {
            timer.Fire();
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _disposed;

        public long Due { get; set; }

        public long Period { get; set; }

        /// <summary>The order of timers with the same due time.</summary>
        public long Sequence { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
            {
                return false;
            }

            clock.Set(this, dueTime, period);
            return true;
        }

        public void Fire()
        {
            if (!_disposed)
            {
                callback(state);
            }
        }

        public void Dispose()
        {
            _disposed = true;
            clock.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
