using Xunit;

namespace Mirror.Tests.Time;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Advance_ByADuration_MovesWallClockAndTimestamp()
    {
        var start = _time.GetUtcNow();
        long timestamp = _time.GetTimestamp();

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(start.AddMinutes(10), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(10), _time.GetElapsedTime(timestamp));
    }

    [Fact]
    public async Task Delay_WhenDue_Completes()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _time);

        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await delay;
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void CancellationTokenSource_WithADelay_CancelsWhenDue()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(8), _time);

        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(source.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task WaitAsync_WhenAdvanced_TimesOut()
    {
        var wait = new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromSeconds(1), _time);

        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => wait);
    }

    [Fact]
    public void Timers_WhenAdvanced_FireInOrderAtTheirDueTimes()
    {
        var start = _time.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        void Note(object? name) => fired.Add(((string)name!, _time.GetUtcNow() - start));
        using var late = _time.CreateTimer(Note, "late", TimeSpan.FromSeconds(9), Timeout.InfiniteTimeSpan);
        using var every = _time.CreateTimer(Note, "every", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        using var same = _time.CreateTimer(Note, "same", TimeSpan.FromSeconds(9), Timeout.InfiniteTimeSpan);
        using var never = _time.CreateTimer(Note, "never", Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(
            [(
                "every",
                TimeSpan.FromSeconds(2)), (
                    "every", TimeSpan.FromSeconds(6)), ("late", TimeSpan.FromSeconds(9)), ("same", TimeSpan.FromSeconds(9)), (
                "every", TimeSpan.FromSeconds(10))],
            fired);
        Assert.Equal(start.AddSeconds(10), _time.GetUtcNow());
    }

    [Fact]
    public void Timer_SetInACallbackDuringAnAdvance_Fires()
    {
        int fired = 0;
        ITimer? second = null;
        using var first = _time.CreateTimer(
            _ => second = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan),
            null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
        second?.Dispose();
    }

    [Fact]
    public void Timer_ChangedOrDisposed_FollowsItsLastSetting()
    {
        int changed = 0, disposed = 0;
        using var moved = _time.CreateTimer(_ => changed++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var gone = _time.CreateTimer(_ => disposed++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.True(moved.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan));
        gone.Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((0, 0), (changed, disposed));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 0), (changed, disposed));
        Assert.False(gone.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void Timer_DueImmediately_FiresNowAndThenPeriodically()
    {
        int fired = 0;
        using var timer = _time.CreateTimer(_ => fired++, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(3, fired);
    }

    [Fact]
    public void Timer_OfMoreTicksThanAreFired_FiresItsFirstAndItsLast()
    {
        var start = _time.GetUtcNow();
        var fired = new List<TimeSpan>();
        using var timer = _time.CreateTimer(
            _ => fired.Add(_time.GetUtcNow() - start), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromDays(30));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(
            [TimeSpan.FromSeconds(2), TimeSpan.FromDays(30) - TimeSpan.FromSeconds(3), TimeSpan.FromDays(30) + TimeSpan.FromSeconds(2)],
            fired);
    }

    [Fact]
    public async Task PeriodicTimer_WhenAdvanced_Ticks()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), _time);
        var tick = timer.WaitForNextTickAsync();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await tick);
    }

    [Fact]
    public void SetWallClock_Backwards_MovesNeitherTimersNorTimestamps()
    {
        long timestamp = _time.GetTimestamp();
        int fired = 0;
        using var timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.SetWallClock(DateTimeOffset.UnixEpoch);
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(timestamp));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, fired);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), _time.GetUtcNow());
    }

    [Fact]
    public async Task WhenTimersPending_OnceTheCodeUnderTestWaits_Completes()
    {
        var pending = _time.WhenTimersPending(2);
        using var first = _time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.False(pending.IsCompleted);
        using var second = _time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        await pending;
        await _time.WhenTimersPending(1);
    }

    [Fact]
    public void Advance_Backwards_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));
}
