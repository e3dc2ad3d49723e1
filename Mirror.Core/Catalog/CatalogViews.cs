using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>The reason why clients do not get a stored version: the policy hides it, or the key that signed it was revoked.</summary>
/// <param name="Reason">A clause, such as <c>no allow rule matches it</c>.</param>
/// <param name="Rule">The deny rule; null if no rule denies the version.</param>
/// <param name="RuleId">The id of that rule.</param>
/// <param name="Until">The time at which the version is old enough to be visible; null if only a change of the policy makes it visible.</param>
/// <param name="RevokedKey">The fingerprint of the revoked key; null if the policy hides the version.</param>
public sealed record PolicyBlock(
    string Reason, string? Rule = null, long? RuleId = null, DateTimeOffset? Until = null, string? RevokedKey = null);

/// <summary>A stored version in a list.</summary>
/// <param name="Trust">The lowest trust of its packages; null if no package is left.</param>
/// <param name="SignedBy">The owner of the key that signed it, or null.</param>
/// <param name="Size">The size of all its packages in bytes.</param>
public sealed record VersionSummary(
    ProviderAddress Provider,
    ProviderVersion Version,
    IReadOnlyList<Platform> Platforms,
    TrustLevel? Trust,
    string? SignedBy,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Size)
{
    /// <summary>The reason why clients do not get the version; null if the policy allows it.</summary>
    public PolicyBlock? BlockedBy { get; init; }
}

/// <summary>A provider in a list, with totals over its matching versions.</summary>
/// <param name="Size">The size of all packages in bytes.</param>
/// <param name="CachedAt">When the last version was stored.</param>
public sealed record ProviderSummary(
    ProviderAddress Provider,
    int Versions,
    ProviderVersion Newest,
    long Size,
    DateTimeOffset CachedAt,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>The reason why clients do not get the newest version; null if the policy allows it.</summary>
    public PolicyBlock? NewestBlockedBy { get; init; }

    /// <summary>The newest version that is not a prerelease; null if there is none.</summary>
    public ProviderVersion? NewestStable { get; init; }

    /// <summary>The lowest trust of the packages; null if no package is left.</summary>
    public TrustLevel? Trust { get; init; }

    /// <summary>The platforms for which a package of any version is stored.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];
}

/// <summary>A stored version with its proof and packages.</summary>
/// <param name="Trust">The lowest trust of its packages; null if no package is left.</param>
/// <param name="Proof">Null if no publisher signature was seen.</param>
/// <param name="Platforms">The platforms in order, each with its package.</param>
public sealed record VersionDetails(
    ProviderAddress Provider,
    ProviderVersion Version,
    TrustLevel? Trust,
    ProofSummary? Proof,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    IReadOnlyList<PackageDetails> Platforms)
{
    /// <summary>The reason why clients do not get the version; null if the policy allows it.</summary>
    public PolicyBlock? BlockedBy { get; init; }

    /// <summary>The size of all its packages in bytes.</summary>
    [JsonIgnore]
    public long Size => Platforms.Sum(package => package.Size);

    [JsonIgnore]
    public long Downloads => Platforms.Sum(package => package.Downloads);

    [JsonIgnore]
    public DateTimeOffset? LastUsedAt => Platforms.Max(package => package.LastUsedAt);
}

/// <summary>The stored platforms of a version.</summary>
/// <param name="Platforms">Each with its package.</param>
public sealed record PlatformList(IReadOnlyList<PackageDetails> Platforms);

/// <summary>One platform's stored package.</summary>
/// <param name="Hashes">In the form of a dependency lock file: <c>zh:</c> first; <c>h1:</c> only once it has been computed.</param>
/// <param name="ArchiveProblem">Why clients that installed the archive once reject it later, or cannot install it; null if neither is known.</param>
public sealed record PackageDetails(
    Platform Platform,
    IReadOnlyList<PackageHash> Hashes,
    long Size,
    TrustLevel Trust,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Downloads,
    string? ArchiveProblem = null)
{
    [JsonIgnore]
    public PackageHash ZipHash => Hashes[0];

    /// <summary>The <c>h1:</c> hash; null until it has been computed.</summary>
    [JsonIgnore]
    public PackageHash? ContentHash => Hashes.Count > 1 ? Hashes[1] : null;

    /// <summary>The SHA-256 of the archive.</summary>
    [JsonIgnore]
    public Sha256Digest Digest => Sha256Digest.Parse(ZipHash.Value["zh:".Length..]);
}

/// <summary>A package that a check of the store took out of service.</summary>
public sealed record DamagedPackage(Platform Platform, IntegrityFault Fault, DateTimeOffset FoundAt);

/// <summary>The verified signature of a version's SHA256SUMS.</summary>
/// <param name="KeyExpired">The key had expired at the time of verification; Terraform accepts such keys too.</param>
/// <param name="KeyPinned">A trust rule pins the key.</param>
public sealed record ProofSummary(
    TrustLevel Trust,
    string? KeyFingerprint,
    string? KeyOwner,
    bool KeyExpired,
    bool KeyPinned,
    DateTimeOffset VerifiedAt);

public enum VersionSort
{
    /// <summary>By address, newest version first.</summary>
    Provider,

    /// <summary>By version; for a list of providers, by the number of versions.</summary>
    Version,
    CachedAt,
    LastUsedAt,
    Size,

    /// <summary>By the lowest trust of the packages; without packages first.</summary>
    Trust,

    /// <summary>By the number of platforms; for a list of providers, the largest number of a version.</summary>
    Platforms,

    /// <summary>By the name of who cached it; a list of providers is then sorted by address.</summary>
    CachedBy,
}

/// <summary>Filter, order and page of a root group's versions.</summary>
/// <param name="Anonymous">Only versions that were fetched without a credential, for anonymous readers.</param>
/// <param name="Search">
/// Words that must each occur in the hostname, namespace, type or version, or start the name of a trust level or platform; null for all
/// versions.
/// </param>
public sealed record VersionQuery(
    SearchText? Search = null,
    VersionSort Sort = VersionSort.Provider,
    bool Descending = false,
    int Skip = 0,
    int Take = 50,
    bool Anonymous = false)
{
    /// <summary>Only versions of this provider; null for all providers.</summary>
    public ProviderAddress? Provider { get; init; }

    public VersionFilter Filter { get; init; } = VersionFilter.None;

    /// <summary>The versions that the policy hides; needed if <see cref="Filter"/> depends on it.</summary>
    internal HiddenVersions Blocked { get; init; } = HiddenVersions.None;
}

/// <summary>One page of a list.</summary>
/// <param name="Total">The number of items on all pages.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);
