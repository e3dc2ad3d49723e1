using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Monitors how fast an origin delivers a download, so that a slow one cannot block others. Only the time spent waiting for the origin
/// counts, by the monotonic clock: a slow disk, or the client of a pass-through, is not the origin's fault.
/// </summary>
/// <remarks>
/// There are three rules (see <see cref="UpstreamLimits"/>): a download below the slow rate releases its slot, one below the minimum rate
/// is aborted, and the whole download must complete in the time that its length takes at the average rate, plus an allowance. Stalls are
/// left to the idle timeout, which resumes the download: the minimum rate is checked when bytes arrive, from the start of each connection.
/// </remarks>
internal sealed class DownloadPace : IDisposable
{
    // Timers are limited to 49 days; this one is reset whenever bytes arrive.
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly UpstreamLimits _limits;
    private readonly DownloadSlot _slot;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _over = new();
    private long? _length;
    private long _received;
    private long? _waitingSince;
    private TimeSpan _waited;
    private (TimeSpan Begin, long Bytes) _slotWindow;
    private (TimeSpan Begin, long Bytes) _rateWindow;
    private Failure? _failure;
    private bool _isDisposed;

    /// <summary>Starts in the waiting state.</summary>
    public DownloadPace(TimeProvider time, UpstreamLimits limits, DownloadSlot slot)
    {
        (_time, _limits, _slot, _start) = (time, limits, slot, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait();
    }

    /// <summary>Cancelled when the download must end because of <see cref="Failure"/>.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Why the download must end, or null.</summary>
    public Failure? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    private TimeSpan Limit =>
        _limits.PackageTimeAllowance
            + TimeSpan.FromSeconds(Math.Min((_length ?? _received) / (double)_limits.PackageAverageRate, Furthest.TotalSeconds * 10_000));

    private TimeSpan Waited => _waitingSince is { } since ? _waited + _time.GetElapsedTime(since) : _waited;

    private TimeSpan SlotTime => _slot.IncludesConsumer ? _time.GetElapsedTime(_start) : Waited;

    /// <summary>The download starts waiting for the origin.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            _waitingSince ??= _time.GetTimestamp();
            SetTimer();
        }
    }

    /// <summary>The download stops waiting for the origin.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            (_waited, _waitingSince) = (Waited, null);
            SetTimer();
        }
    }

    /// <summary>A connection starts delivering the package.</summary>
    /// <param name="length">Bytes of the whole package; null if the origin does not state it.</param>
    public void Connect(long? length)
    {
        lock (_gate)
        {
            _length = length;
            _rateWindow = (Waited, 0);
        }
    }

    /// <summary>Bytes arrived and are processed before the download waits for the origin again.</summary>
    /// <returns>Why the download must end, or null.</returns>
    public Failure? Receive(int bytes)
    {
        lock (_gate)
        {
            Pause();
            _received += bytes;
            _slotWindow.Bytes += bytes;
            _rateWindow.Bytes += bytes;
            var elapsed = _waited - _rateWindow.Begin;
            if (elapsed >= _limits.PackageRateInterval && _received != _length)
            {
                if (IsBelow(_limits.PackageMinimumRate, _rateWindow.Bytes, elapsed))
                {
                    End($"less than {Quantity.FormatSize(_limits.PackageMinimumRate)} per second (Mirror:Upstream:Limits:PackageMinimumRate)");
                }

                _rateWindow = (_waited, 0);
            }

            return _failure;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _timer.Dispose();
        _over.Dispose();
    }

    private static bool IsBelow(long rate, long bytes, TimeSpan elapsed) => bytes < rate * elapsed.TotalSeconds;

    private void Tick()
    {
        lock (_gate)
        {
            if (_isDisposed || _failure is not null)
            {
                return;
            }

            var elapsed = SlotTime - _slotWindow.Begin;
            if (Waited >= Limit)
            {
                End($"only {Quantity.FormatSize(_received)} in more than {Limit.TotalMinutes:0.#} minutes (Mirror:Upstream:Limits:PackageAverageRate)");
            }
            else if (elapsed >= _limits.PackageRateInterval)
            {
                bool isSlow = IsBelow(_limits.PackageSlowRate, _slotWindow.Bytes, elapsed);
                _slotWindow = (SlotTime, 0);
                if (!_slot.Report(isSlow))
                {
                    End($"less than {Quantity.FormatSize(_limits.PackageSlowRate)} per second, like {_limits.SlowFillsPerHost} other downloads (Mirror:Upstream:Limits:SlowFillsPerHost)");
                }
            }

            SetTimer();
        }
    }

    private void End(string how)
    {
        _failure = new Failure(FailureKind.Unreachable, $"The origin sends the package too slowly: {how}.");
        // Notify waiters on other threads, not inside the lock.
        _ = _over.CancelAsync();
    }

    private void SetTimer()
    {
        var next = Timeout.InfiniteTimeSpan;
        if (_waitingSince is not null || _slot.IncludesConsumer)
        {
            var window = _slotWindow.Begin + _limits.PackageRateInterval - SlotTime;
            var rest = _waitingSince is null ? Furthest : Limit - Waited;
            next = TimeSpan.FromTicks(Math.Clamp(Math.Min(window.Ticks, rest.Ticks), TimeSpan.TicksPerMillisecond, Furthest.Ticks));
        }

        _timer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
