using System.Text.Json.Serialization;
using Mirror.Core.Database;

namespace Mirror.Core.Jobs;

/// <summary>A job just made, and where its Terraform run finds its providers.</summary>
/// <param name="Token">Shown this once.</param>
/// <param name="NetworkMirrorUrl">Null where the network mirror protocol is off, or clients cannot reach this instance over https.</param>
/// <param name="Registries">The origins that this instance passes through signed, each for a <c>host</c> block.</param>
public sealed record NewJob(
    long Id,
    string Name,
    string Group,
    string Token,
    DateTimeOffset ExpiresAt,
    Uri? NetworkMirrorUrl,
    IReadOnlyList<JobRegistry> Registries);

public sealed record JobRegistry(string Hostname, Uri ProvidersUrl, Uri ModulesUrl);

/// <summary>
/// A job and what became of what it asked for: what was used, then what it cached, then what failed, each by address and version.
/// </summary>
/// <param name="CreatedBy">Those who were not signed in are known by their address.</param>
/// <param name="EndedAt">Null: it has not ended, or has ended by itself at <paramref name="ExpiresAt"/>.</param>
public sealed record JobSummary(
    long Id,
    string Name,
    string Group,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<JobPackage> Packages)
{
    /// <summary>The user or service account; null: the holder of the admin token, or an anonymous client.</summary>
    [JsonIgnore]
    public long? MadeById { get; init; }
}

/// <param name="Provider">Null: it is a module.</param>
/// <param name="Version">Null: the list of versions could not be had.</param>
/// <param name="Outcome">used (it was cached before), cached or failed.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Module">Null: it is a provider.</param>
public sealed record JobPackage(
    string? Provider, string? Version, JobPackageOutcome Outcome, string? Reason, DateTimeOffset At, string? Module);
