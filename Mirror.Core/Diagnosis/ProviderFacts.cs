using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>All that decides what a namespace can have of a provider, as it is known at one moment.</summary>
/// <param name="HostIsAllowed">The origin registry may be asked (<c>Mirror:Upstream:AllowedHosts</c>).</param>
/// <param name="AutomaticCachingFrom">The namespace whose setting that is; null: nobody sets it.</param>
/// <param name="IsLeftAlone">The host failed so often that it is not asked for a moment.</param>
/// <param name="Versions">Those at the origin and those stored, newest first.</param>
/// <param name="Quarantine">What failed verification, and when that is tried again.</param>
public sealed record ProviderFacts(
    ProviderAddress Provider,
    NamespacePath Namespace,
    bool HostIsAllowed,
    UpstreamMode Mode,
    bool AutomaticCaching,
    NamespacePath? AutomaticCachingFrom,
    bool IsLeftAlone,
    OriginFacts Origin,
    IReadOnlyList<VersionFacts> Versions,
    IReadOnlyList<QuarantineEntry> Quarantine)
{
    /// <summary>Requests of the namespace may cause requests to the origin.</summary>
    public bool MayAsk => HostIsAllowed && Mode != UpstreamMode.Offline && AutomaticCaching;

    public VersionFacts? Find(ProviderVersion version) => Versions.FirstOrDefault(item => item.Version == version);
}

/// <summary>What the origin last said.</summary>
/// <param name="AskedAt">Null: it has not been asked since the server started, nor is an answer of it stored.</param>
/// <param name="ListedAt">Of when the list of versions is; null: none is known.</param>
/// <param name="Failure">What came of asking it last, if not a list.</param>
public sealed record OriginFacts(DateTimeOffset? AskedAt, DateTimeOffset? ListedAt, Failure? Failure);

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
    /// <summary>Why its proof could not be fetched a moment ago, other than by failing verification; null: it was fetched, or nothing asked for it.</summary>
    public Failure? ProofFailure { get; init; }

    /// <summary>For the platform, or for any.</summary>
    public bool IsStored(Platform? platform) => platform is { } known ? StoredPlatforms.Contains(known) : StoredPlatforms.Count > 0;
}
