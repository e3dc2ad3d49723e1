using System.Text.Json.Serialization;
using Mirror.Core.Database;

namespace Mirror.Core.Jobs;

/// <summary>A new job and the URLs for its Terraform run.</summary>
/// <param name="Token">The token; shown only once.</param>
/// <param name="NetworkMirrorUrl">Null if the network mirror protocol is disabled or clients cannot reach this instance over https.</param>
/// <param name="Registries">The origins available through the signed pass-through, each for a <c>host</c> block.</param>
public sealed record NewJob(
    long Id,
    string Name,
    string Group,
    string Token,
    DateTimeOffset ExpiresAt,
    Uri? NetworkMirrorUrl,
    IReadOnlyList<JobRegistry> Registries)
{
    /// <summary>
    /// The hostname of this instance as a registry, which the client asks directly: a network mirror gives no complete lock files. Null if it is no
    /// registry.
    /// </summary>
    public string? OwnHostname { get; init; }
}

public sealed record JobRegistry(string Hostname, Uri ProvidersUrl, Uri ModulesUrl);

/// <summary>
/// A job and the versions it requested: used, then cached, then failed ones, each by address and version.
/// </summary>
/// <param name="CreatedBy">Anonymous callers are identified by their address.</param>
/// <param name="EndedAt">Null if the job is open or expired at <paramref name="ExpiresAt"/>.</param>
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
    /// <summary>The user or service account; null for the holder of the administrator token and for anonymous clients.</summary>
    [JsonIgnore]
    public long? MadeById { get; init; }
}

/// <param name="Provider">Null for a module.</param>
/// <param name="Version">Null if the version list was not available.</param>
/// <param name="Outcome">used (it was already cached), cached or failed.</param>
/// <param name="Reason">The reason for a failure.</param>
/// <param name="Module">Null for a provider.</param>
public sealed record JobPackage(
    string? Provider, string? Version, JobPackageOutcome Outcome, string? Reason, DateTimeOffset At, string? Module);
