using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A version as a list shows it.</summary>
/// <param name="Trust">That of its least trusted package; null where no package is left.</param>
/// <param name="SignedBy">The owner of the key that signed it, or null.</param>
/// <param name="Size">Bytes of all its packages.</param>
public sealed record VersionSummary(
    long Id,
    ProviderAddress Provider,
    ProviderVersion Version,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    TrustLevel? Trust,
    string? SignedBy,
    IReadOnlyList<Platform> Platforms,
    long Size,
    DateTimeOffset? LastUsedAt);

/// <summary>A provider as a list of them shows it: what there is of it, of the versions that match.</summary>
/// <param name="Size">Bytes of all packages.</param>
/// <param name="CachedAt">When the last version came.</param>
public sealed record ProviderSummary(
    ProviderAddress Provider,
    int Versions,
    ProviderVersion Newest,
    long Size,
    DateTimeOffset CachedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>A version with its packages and what proves it.</summary>
/// <param name="Proof">Null where no publisher signature was seen.</param>
public sealed record VersionDetails(
    long Id,
    long RootGroupId,
    ProviderAddress Provider,
    ProviderVersion Version,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    IReadOnlyList<PackageDetails> Packages,
    ProofSummary? Proof)
{
    /// <summary>That of the least trusted package; null where no package is left.</summary>
    public TrustLevel? Trust => Packages.Count == 0 ? null : Packages.Min(package => package.Trust);
}

/// <param name="ContentHash">The <c>h1:</c> hash; null until it has been computed.</param>
public sealed record PackageDetails(
    Platform Platform,
    Sha256Digest Digest,
    PackageHash? ContentHash,
    long Size,
    TrustLevel Trust,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Downloads);

/// <summary>A package that a check of the store found wrong and took out of service.</summary>
public sealed record DamagedPackage(Platform Platform, IntegrityFault Fault, DateTimeOffset FoundAt);

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

    /// <summary>By version; a list of providers by how many there are.</summary>
    Version,
    CachedAt,
    LastUsedAt,
    Size,
}

/// <summary>Which versions of a root group, in which order, which part of them.</summary>
/// <param name="Anonymous">Only versions that were fetched without a credential: nothing else is ever anonymous.</param>
/// <param name="Search">Words that must each stand in the hostname, namespace, type or version; null: all.</param>
public sealed record VersionQuery(
    SearchText? Search = null,
    VersionSort Sort = VersionSort.Provider,
    bool Descending = false,
    int Skip = 0,
    int Take = 50,
    bool Anonymous = false)
{
    /// <summary>Only versions of this one; null: of all.</summary>
    public ProviderAddress? Provider { get; init; }
}

/// <param name="Total">How many there are in all.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Items, int Total);
