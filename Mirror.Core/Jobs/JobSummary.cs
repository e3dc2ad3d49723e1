using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Jobs;

/// <summary>A job just made: the only time that its token is there.</summary>
public sealed record NewJob(long Id, string Name, string Token, DateTimeOffset ExpiresAt);

/// <summary>A job, and what became of what it asked for: used, then cached, then failed, each by address and version.</summary>
/// <param name="CreatedBy">Whoever is anonymous is known by their address.</param>
/// <param name="MadeById">The user or service account; null: whoever held the admin token, or nobody in particular.</param>
public sealed record JobSummary(
    long Id,
    string Name,
    NamespacePath Namespace,
    string CreatedBy,
    long? MadeById,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<JobPackage> Packages);

/// <param name="Source">The provider or module.</param>
/// <param name="Version">Null: the list of versions could not be had.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record JobPackage(ISourceAddress Source, ProviderVersion? Version, JobPackageOutcome Outcome, string? Reason, DateTimeOffset At);
