using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A stored version as a list shows it.</summary>
/// <param name="Trust">That of its least trusted package; null where no package is left.</param>
/// <param name="SignedBy">The owner of the key that signed it, or null.</param>
/// <param name="Size">Bytes of all its packages.</param>
public sealed record VersionSummary(
    ProviderAddress Provider,
    ProviderVersion Version,
    IReadOnlyList<Platform> Platforms,
    TrustLevel? Trust,
    string? SignedBy,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Size);

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

/// <summary>A stored version with what proves it and its packages.</summary>
/// <param name="Trust">That of its least trusted package; null where no package is left.</param>
/// <param name="Proof">Null where no publisher signature was seen.</param>
/// <param name="Platforms">With a package each, in their order.</param>
public sealed record VersionDetails(
    ProviderAddress Provider,
    ProviderVersion Version,
    TrustLevel? Trust,
    ProofSummary? Proof,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    IReadOnlyList<PackageDetails> Platforms)
{
    /// <summary>Bytes of all its packages.</summary>
    [JsonIgnore]
    public long Size => Platforms.Sum(package => package.Size);

    [JsonIgnore]
    public long Downloads => Platforms.Sum(package => package.Downloads);

    [JsonIgnore]
    public DateTimeOffset? LastUsedAt => Platforms.Max(package => package.LastUsedAt);
}

/// <summary>The stored platforms of a version.</summary>
/// <param name="Platforms">With a package each.</param>
public sealed record PlatformList(IReadOnlyList<PackageDetails> Platforms);

/// <summary>One platform's stored package.</summary>
/// <param name="Hashes">As a dependency lock file writes them: <c>zh:</c> first; <c>h1:</c> is absent until it has been computed.</param>
public sealed record PackageDetails(
    Platform Platform,
    IReadOnlyList<PackageHash> Hashes,
    long Size,
    TrustLevel Trust,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Downloads)
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

/// <summary>A package that a check of the store found wrong and took out of service.</summary>
public sealed record DamagedPackage(Platform Platform, IntegrityFault Fault, DateTimeOffset FoundAt);

/// <summary>The verified signature of a version's SHA256SUMS.</summary>
/// <param name="KeyExpired">It had expired when it was verified; Terraform accepts such keys too.</param>
/// <param name="KeyPinned">A trust rule names the key.</param>
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

/// <summary>One part of a list.</summary>
/// <param name="Total">How many there are in all parts.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);
