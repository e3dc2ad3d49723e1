using Mirror.Core.Database;

namespace Mirror.Core.Jobs;

/// <param name="Outcome">Null for results that a job does not report, such as a served document.</param>
/// <param name="Reason">The reason for a failure.</param>
internal readonly record struct JobResult(JobPackageOutcome? Outcome, string? Reason = null);

/// <summary>Merges the results of a version that a job requests several times: document and package, platforms, retries.</summary>
internal static class JobOutcomes
{
    /// <summary>The result of a version after a further request.</summary>
    public static JobResult Merge(JobResult before, JobResult next) => (before.Outcome, next.Outcome) switch
    {
        // A failed version is being retried; a cached version stays "cached" even if it is used again afterwards.
        (JobPackageOutcome.Failed, null) => default,
        (_, null) or (JobPackageOutcome.Cached, JobPackageOutcome.Used) => before,
        _ => next,
    };
}
