using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>Decides whether and when to retry a failed request to an origin.</summary>
public static class RetryPolicy
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The delay before the next attempt, or null to give up.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="remaining">The time left until the deadline.</param>
    /// <param name="jitter">From 0 to 1, so that clients do not retry in lockstep.</param>
    public static TimeSpan? PauseBefore(
        Failure failure, int attempt, int attempts, TimeSpan remaining, double jitter, UpstreamLimits limits)
    {
        if (attempt >= attempts || failure.Kind is not (FailureKind.Unreachable or FailureKind.TooSlow))
        {
            return null;
        }

        // Not worth a retry: the origin requests a longer delay than the limit.
        if (failure.RetryAfter > limits.MaxRetryAfter)
        {
            return null;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 6)) * (1 + jitter);
        pause = failure.RetryAfter > pause ? failure.RetryAfter.Value : pause;
        return pause < remaining ? pause : null;
    }
}
