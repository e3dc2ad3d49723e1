using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>When a failed request to an origin is made again: one pure decision.</summary>
public static class RetryPolicy
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to wait before the next attempt, or null: give up.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="remaining">What is left of the time limit.</param>
    /// <param name="jitter">From 0 to 1, so that many clients do not come back at once.</param>
    public static TimeSpan? PauseBefore(
        Failure failure, int attempt, int attempts, TimeSpan remaining, double jitter, UpstreamLimits limits)
    {
        if (attempt >= attempts || failure.Kind is not (FailureKind.Unreachable or FailureKind.TooSlow))
        {
            return null;
        }

        // A host that asks for more patience than we have is not asked again.
        if (failure.RetryAfter > limits.MaxRetryAfter)
        {
            return null;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 6)) * (1 + jitter);
        pause = failure.RetryAfter > pause ? failure.RetryAfter.Value : pause;
        return pause < remaining ? pause : null;
    }
}
