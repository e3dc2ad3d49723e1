using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Suspends a host for a short time after several consecutive failures, then lets a single probe through. The host stays suspended
/// until a probe succeeds. The log reports once that a host fails, and once that it works again.
/// </summary>
public sealed partial class CircuitBreaker(string host, UpstreamLimits limits, TimeProvider time, ILogger log)
{
    private readonly Lock _gate = new();
    // A request that fails has failed this often in a row; fewer failures are a retry away from success.
    private readonly int _reportedAfter = Math.Min(limits.DocumentAttempts, limits.BreakerFailures);
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
    public HostHealth Describe()
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
        int before, failures;
        lock (_gate)
        {
            _probing = false;
            before = _failures;
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

            failures = _failures;
        }

        if (before < _reportedAfter && failures >= _reportedAfter)
        {
            LogFailing(log, host, failure ?? "unknown");
        }
        else if (before >= _reportedAfter && failures == 0)
        {
            LogRecovered(log, host);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Requests to {Host} fail: {Reason}")]
    private static partial void LogFailing(ILogger logger, string host, string reason);

    [LoggerMessage(2102, LogLevel.Information, "Requests to {Host} succeed again")]
    private static partial void LogRecovered(ILogger logger, string host);
}
