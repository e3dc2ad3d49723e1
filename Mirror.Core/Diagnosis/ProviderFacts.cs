using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>The facts at one moment that decide which packages of a provider a namespace can get.</summary>
/// <param name="Versions">The versions at the origin and those stored, newest first.</param>
/// <param name="Quarantine">Packages that failed verification, and when they are retried.</param>
public sealed record ProviderFacts(
    ProviderAddress Provider,
    NamespacePath Namespace,
    OriginFacts Origin,
    IReadOnlyList<VersionFacts> Versions,
    IReadOnlyList<QuarantineEntry> Quarantine)
{
    /// <summary>Whether requests of the namespace may cause requests to the origin.</summary>
    public bool MayAsk => Origin is { Allowed: true, AutomaticCaching: true, Mode: not UpstreamMode.Offline };

    public VersionFacts? Find(ProviderVersion version) => Versions.FirstOrDefault(item => item.Version == version);
}

/// <summary>The state of an origin and its last response.</summary>
/// <param name="Allowed">The host may be queried (<c>Mirror:Upstream:AllowedHosts</c>).</param>
/// <param name="Mode">fallback, online or offline.</param>
/// <param name="AutomaticCachingFrom">The group or workspace that sets automatic caching; null if none does, and it is off.</param>
/// <param name="Suspended">The host is temporarily not queried after repeated failures.</param>
/// <param name="Checked">The origin was queried for this diagnosis.</param>
/// <param name="TookMilliseconds">The response time; 0 if a recent response was reused; null if the origin was not queried.</param>
/// <param name="AskedAt">The last query; null if there was none since the server started and no response is stored.</param>
/// <param name="ListedAt">The time of the version list; null if there is none.</param>
/// <param name="Failure">The failure of the last query, if it failed.</param>
public sealed record OriginFacts(
    ProviderHostname Hostname,
    bool Allowed,
    UpstreamMode Mode,
    bool AutomaticCaching,
    NamespacePath? AutomaticCachingFrom,
    [property: JsonPropertyName("leftAlone")] bool Suspended,
    bool Checked,
    long? TookMilliseconds,
    DateTimeOffset? AskedAt,
    DateTimeOffset? ListedAt,
    string? Failure)
{
    /// <summary>The hostname is that of this instance, which publishes the provider and is not queried.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The failure behind <see cref="Failure"/>.</summary>
    [JsonIgnore]
    public Failure? LastFailure { get; init; }
}

/// <summary>A version of a provider, at its origin or stored.</summary>
/// <param name="AtOrigin">The origin lists it.</param>
/// <param name="OriginPlatforms">Empty if the origin does not list them.</param>
/// <param name="Trust">The lowest trust of its stored packages; null if none is stored.</param>
/// <param name="HiddenBecause">The reason why clients do not get the version; null if they do.</param>
public sealed record VersionFacts(
    ProviderVersion Version,
    bool AtOrigin,
    IReadOnlyList<Platform> OriginPlatforms,
    IReadOnlyList<Platform> StoredPlatforms,
    TrustLevel? Trust,
    string? HiddenBecause)
{
    /// <summary>The fingerprint of the revoked key, if the version is withheld because that key signed it; otherwise null.</summary>
    public string? RevokedKey { get; init; }

    /// <summary>
    /// Why the proof could not be fetched recently, other than failed verification; null if it was fetched or not requested.
    /// </summary>
    [JsonIgnore]
    public Failure? ProofFailure { get; init; }

    /// <summary>The problems of stored archives, by platform: <see cref="PackageRow.ArchiveProblem"/>.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<Platform, string> ArchiveProblems { get; init; } = new Dictionary<Platform, string>();

    /// <param name="platform">Null: any.</param>
    public string? FindArchiveProblem(Platform? platform) =>
        platform is { } known ? ArchiveProblems.GetValueOrDefault(known) : ArchiveProblems.Values.FirstOrDefault();

    /// <summary>Whether the platform, or any platform, is stored.</summary>
    public bool IsStored(Platform? platform) => platform is { } known ? StoredPlatforms.Contains(known) : StoredPlatforms.Count > 0;
}
