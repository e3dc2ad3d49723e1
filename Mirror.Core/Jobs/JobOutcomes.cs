using Mirror.Core.Database;

namespace Mirror.Core.Jobs;

/// <param name="Outcome">Null: nothing that a job would tell of, such as a document that was served.</param>
/// <param name="Reason">Why it failed.</param>
internal readonly record struct JobResult(JobPackageOutcome? Outcome, string? Reason = null);

/// <summary>One version is asked for several times in a job: by document and package, by platform, again after a failure.</summary>
internal static class JobOutcomes
{
    /// <summary>What is told of a version after a further request.</summary>
    public static JobResult Merge(JobResult before, JobResult next) => (before.Outcome, next.Outcome) switch
    {
        // What had failed is tried anew, and what was cached stays that however often it is used afterwards.
        (JobPackageOutcome.Failed, null) => default,
        (_, null) or (JobPackageOutcome.Cached, JobPackageOutcome.Used) => before,
        _ => next,
    };
}
