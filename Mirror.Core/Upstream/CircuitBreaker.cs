using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Suspends a host for a short time after several consecutive failures, then lets a single probe through. The host stays suspended
/// until a probe succeeds.
/// </summary>
public sealed class CircuitBreaker(UpstreamLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _failures;
    private long _openedAt;
    private bool _probing;
    private DateTimeOffset? _lastSuccessAt;
    private DateTimeOffset? _lastFailureAt;
    private string? _lastFailure;

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _failures >= limits.BreakerFailures;
            }
        }
    }

    /// <summary>Whether a request may be made now. The caller of each permitted request must call <see cref="Report"/>.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_failures < limits.BreakerFailures)
            {
                return true;
            }

            if (_probing || time.GetElapsedTime(_openedAt) < limits.BreakerPause)
            {
                return false;
            }

            return _probing = true;
        }
    }

    /// <summary>The recent outcomes of requests to the host.</summary>
    public HostHealth Describe(string host)
    {
        lock (_gate)
        {
            bool isOpen = _failures >= limits.BreakerFailures;
            return new HostHealth(
                host,
                _failures == 0,
                isOpen,
                _lastSuccessAt,
                _lastFailureAt,
                _lastFailure,
                isOpen ? time.GetUtcNow() + limits.BreakerPause - time.GetElapsedTime(_openedAt) : null);
        }
    }

    /// <param name="healthy">Null if the request ended without a result, for example because it was cancelled.</param>
    /// <param name="failure">The failure, for display.</param>
    public void Report(bool? healthy, string? failure = null)
    {
        lock (_gate)
        {
            _probing = false;
            if (healthy == true)
            {
                _failures = 0;
                _lastSuccessAt = time.GetUtcNow();
            }
            else if (healthy == false)
            {
                (_lastFailureAt, _lastFailure) = (time.GetUtcNow(), failure);
                if (++_failures >= limits.BreakerFailures)
                {
                    _openedAt = time.GetTimestamp();
                }
            }
        }
    }
}
