using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Jobs;

namespace Mirror.Web.Features.Jobs;

/// <summary>A job just made, and where its Terraform run finds its providers.</summary>
/// <param name="Token">Shown this once.</param>
/// <param name="NetworkMirrorUrl">Null where the network mirror protocol is off, or clients cannot reach this instance over https.</param>
/// <param name="Registries">The origins that this instance passes through signed, each for a <c>host</c> block.</param>
public sealed record NewJobDocument(
    long Id,
    string Name,
    string Group,
    string Token,
    DateTimeOffset ExpiresAt,
    Uri? NetworkMirrorUrl,
    IReadOnlyList<JobRegistryDocument> Registries);

public sealed record JobRegistryDocument(string Hostname, Uri ProvidersUrl, Uri ModulesUrl);

/// <summary>A job and what became of what it asked for: what was used, then what it cached, then what failed, each by address and version.</summary>
/// <param name="CreatedBy">Whoever was not signed in is known by their address.</param>
/// <param name="EndedAt">Null: it has not ended, or has ended by itself at <paramref name="ExpiresAt"/>.</param>
public sealed record JobDocument(
    long Id,
    string Name,
    string Group,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<JobPackageDocument> Packages)
{
    public static JobDocument From(JobSummary job) => new(
        job.Id,
        job.Name,
        job.Namespace.Value,
        job.CreatedBy,
        job.CreatedAt,
        job.ExpiresAt,
        job.EndedAt,
        [.. job.Packages.Select(package => new JobPackageDocument(
            package.Source is ProviderAddress ? package.Source.ToString() : null,
            package.Version?.Value,
            package.Outcome,
            package.Reason,
            package.At,
            package.Source is ModuleAddress ? package.Source.ToString() : null))]);
}

/// <param name="Provider">Null: it is a module.</param>
/// <param name="Version">Null: the list of versions could not be had.</param>
/// <param name="Outcome">used (it was cached before), cached or failed.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Module">Null: it is a provider.</param>
public sealed record JobPackageDocument(string? Provider, string? Version, JobPackageOutcome Outcome, string? Reason, DateTimeOffset At, string? Module);
