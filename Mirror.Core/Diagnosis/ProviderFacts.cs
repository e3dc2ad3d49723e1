using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>All that decides what a namespace can have of a provider, as it is known at one moment.</summary>
/// <param name="Versions">Those at the origin and those stored, newest first.</param>
/// <param name="Quarantine">What failed verification, and when that is tried again.</param>
public sealed record ProviderFacts(
    ProviderAddress Provider,
    NamespacePath Namespace,
    OriginFacts Origin,
    IReadOnlyList<VersionFacts> Versions,
    IReadOnlyList<QuarantineEntry> Quarantine)
{
    /// <summary>Requests of the namespace may cause requests to the origin.</summary>
    public bool MayAsk => Origin is { Allowed: true, AutomaticCaching: true, Mode: not UpstreamMode.Offline };

    public VersionFacts? Find(ProviderVersion version) => Versions.FirstOrDefault(item => item.Version == version);
}

/// <summary>How an origin may be asked, and what it last said.</summary>
/// <param name="Allowed">It may be asked (<c>Mirror:Upstream:AllowedHosts</c>).</param>
/// <param name="Mode">fallback, online or offline.</param>
/// <param name="AutomaticCachingFrom">The group or workspace whose setting that is; null: it is set nowhere, and off.</param>
/// <param name="LeftAlone">It failed so often that it is not asked for a moment.</param>
/// <param name="Checked">It was asked just now.</param>
/// <param name="TookMilliseconds">
/// How long it took to answer then; 0 where an answer of a moment ago stands; null: it was not asked.
/// </param>
/// <param name="AskedAt">When it was last asked; null: not since the server started, nor is an answer of it stored.</param>
/// <param name="ListedAt">Of when the list of versions is; null: none is known.</param>
/// <param name="Failure">What came of asking it last, if not a list.</param>
public sealed record OriginFacts(
    ProviderHostname Hostname,
    bool Allowed,
    UpstreamMode Mode,
    bool AutomaticCaching,
    NamespacePath? AutomaticCachingFrom,
    bool LeftAlone,
    bool Checked,
    long? TookMilliseconds,
    DateTimeOffset? AskedAt,
    DateTimeOffset? ListedAt,
    string? Failure)
{
    /// <summary><see cref="Failure"/> as it was found.</summary>
    [JsonIgnore]
    public Failure? LastFailure { get; init; }
}

/// <summary>A version of a provider, at its origin or stored.</summary>
/// <param name="AtOrigin">The origin lists it.</param>
/// <param name="OriginPlatforms">Empty where the origin does not tell.</param>
/// <param name="Trust">That of its least trusted stored package; null: nothing is stored.</param>
/// <param name="HiddenBecause">Why policy hides it; null: it passes.</param>
public sealed record VersionFacts(
    ProviderVersion Version,
    bool AtOrigin,
    IReadOnlyList<Platform> OriginPlatforms,
    IReadOnlyList<Platform> StoredPlatforms,
    TrustLevel? Trust,
    string? HiddenBecause)
{
    /// <summary>
    /// Why its proof could not be fetched a moment ago, other than by failing verification; null: it was fetched, or nothing asked for
    /// it.
    /// </summary>
    [JsonIgnore]
    public Failure? ProofFailure { get; init; }

    /// <summary>For the platform, or for any.</summary>
    public bool IsStored(Platform? platform) => platform is { } known ? StoredPlatforms.Contains(known) : StoredPlatforms.Count > 0;
}
