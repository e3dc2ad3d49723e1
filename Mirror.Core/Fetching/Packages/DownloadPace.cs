using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Watches how fast an origin delivers one download, so that it cannot hold up others by trickling. Only time in which the
/// origin is waited for counts, by the monotonic clock: a slow disk, or the client that a pass-through is for, is not its
/// fault.
/// </summary>
/// <remarks>
/// Three rules (see <see cref="UpstreamLimits"/>): a download below the slow rate gives up its place, one below the minimum
/// rate ends, and as a whole it has the time that its length takes at the average rate, and an allowance. Standing still is
/// left to the idle timeout, after which the download is resumed: the minimum rate is looked at when bytes come, and from the
/// beginning of each connection.
/// </remarks>
internal sealed class DownloadPace : IDisposable
{
    // Timers reach no further than 49 days; this one is set again whenever bytes come.
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly UpstreamLimits _limits;
    private readonly DownloadPlace _place;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _over = new();
    private long? _length;
    private long _received;
    private long? _waitingSince;
    private TimeSpan _waited;
    private (TimeSpan Begin, long Bytes) _placeWindow;
    private (TimeSpan Begin, long Bytes) _rateWindow;
    private Failure? _failure;
    private bool _isDisposed;

    /// <summary>Begins with the origin being waited for.</summary>
    public DownloadPace(TimeProvider time, UpstreamLimits limits, DownloadPlace place)
    {
        (_time, _limits, _place, _start) = (time, limits, place, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait();
    }

    /// <summary>Cancelled when the download must end, for <see cref="Failure"/>.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Why it must end; null while it need not.</summary>
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

    private TimeSpan PlaceTime => _place.IncludesTaker ? _time.GetElapsedTime(_start) : Waited;

    /// <summary>The origin is waited for from now on.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            _waitingSince ??= _time.GetTimestamp();
            SetTimer();
        }
    }

    /// <summary>The origin is not waited for, until it is again.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            (_waited, _waitingSince) = (Waited, null);
            SetTimer();
        }
    }

    /// <summary>A connection begins to bring the package.</summary>
    /// <param name="length">Bytes of the whole; null where the origin does not tell.</param>
    public void Connect(long? length)
    {
        lock (_gate)
        {
            _length = length;
            _rateWindow = (Waited, 0);
        }
    }

    /// <summary>Bytes came, and are dealt with before the origin is waited for again.</summary>
    /// <returns>Why the download must end; null where it need not.</returns>
    public Failure? Receive(int bytes)
    {
        lock (_gate)
        {
            Pause();
            _received += bytes;
            _placeWindow.Bytes += bytes;
            _rateWindow.Bytes += bytes;
            var elapsed = _waited - _rateWindow.Begin;
            if (elapsed >= _limits.PackageRateInterval && _received != _length)
            {
                if (IsBelow(_limits.PackageMinimumRate, _rateWindow.Bytes, elapsed))
                {
                    End($"below {Quantity.FormatSize(_limits.PackageMinimumRate)} a second (Mirror:Upstream:Limits:PackageMinimumRate)");
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

            var elapsed = PlaceTime - _placeWindow.Begin;
            if (Waited >= Limit)
            {
                End($"it took longer than {Limit.TotalMinutes:0.#} minutes, and {Quantity.FormatSize(_received)} have come (Mirror:Upstream:Limits:PackageAverageRate)");
            }
            else if (elapsed >= _limits.PackageRateInterval)
            {
                bool isSlow = IsBelow(_limits.PackageSlowRate, _placeWindow.Bytes, elapsed);
                _placeWindow = (PlaceTime, 0);
                if (!_place.Report(isSlow))
                {
                    End($"below {Quantity.FormatSize(_limits.PackageSlowRate)} a second, as {_limits.SlowFillsPerHost} others do already (Mirror:Upstream:Limits:SlowFillsPerHost)");
                }
            }

            SetTimer();
        }
    }

    private void End(string how)
    {
        _failure = new Failure(FailureKind.Unreachable, $"The origin sends the package too slowly: {how}.");
        // What waits is told on other threads, not within the lock.
        _ = _over.CancelAsync();
    }

    private void SetTimer()
    {
        var next = Timeout.InfiniteTimeSpan;
        if (_waitingSince is not null || _place.IncludesTaker)
        {
            var window = _placeWindow.Begin + _limits.PackageRateInterval - PlaceTime;
            var rest = _waitingSince is null ? Furthest : Limit - Waited;
            next = TimeSpan.FromTicks(Math.Clamp(Math.Min(window.Ticks, rest.Ticks), TimeSpan.TicksPerMillisecond, Furthest.Ticks));
        }

        _timer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
