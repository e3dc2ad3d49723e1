using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Features.Mirrors;

// What the REST API sends. Provider addresses are complete (hostname/namespace/type), platforms are os_arch, sizes are
// bytes, times are UTC.

/// <summary>This instance.</summary>
/// <param name="NetworkMirrorUrl">The network mirror of the group <c>default</c>; null where its protocol is off, or it cannot be reached over https.</param>
/// <param name="OriginsLeftAlone">Hosts that failed several times in a row and are asked again in a moment.</param>
/// <param name="StorageProblem">Why the last package could not be kept; null where it could.</param>
public sealed record ServerDocument(string Version, bool AnonymousRead, Uri? NetworkMirrorUrl, IReadOnlyList<string> OriginsLeftAlone, string? StorageProblem);

/// <summary>One page of the versions that a root group stores.</summary>
/// <param name="Total">How many there are on all pages.</param>
public sealed record VersionListDocument(IReadOnlyList<VersionListItem> Items, int Total);

/// <param name="Trust">That of its least trusted package; null where no package is left.</param>
/// <param name="SignedBy">The owner of the key that signed it, or null.</param>
/// <param name="Size">Of all its packages together.</param>
public sealed record VersionListItem(
    string Provider,
    string Version,
    IReadOnlyList<string> Platforms,
    TrustLevel? Trust,
    string? SignedBy,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Size)
{
    public static VersionListItem From(VersionSummary version) => new(
        version.Provider.ToString(),
        version.Version.Value,
        [.. version.Platforms.Select(platform => platform.Value)],
        version.Trust,
        version.SignedBy,
        version.CachedAt,
        version.CachedBy,
        version.LastUsedAt,
        version.Size);
}

/// <summary>A version with what proves it and its packages.</summary>
/// <param name="Proof">Null where no publisher signature was seen.</param>
public sealed record VersionDocument(
    string Provider,
    string Version,
    TrustLevel? Trust,
    ProofDocument? Proof,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    IReadOnlyList<PlatformDocument> Platforms)
{
    public static VersionDocument From(VersionDetails version) => new(
        version.Provider.ToString(),
        version.Version.Value,
        version.Trust,
        version.Proof is { } proof ? ProofDocument.From(proof) : null,
        version.CachedAt,
        version.CachedBy,
        [.. version.Packages.Select(PlatformDocument.From)]);
}

/// <param name="Platforms">With a package each.</param>
public sealed record PlatformListDocument(IReadOnlyList<PlatformDocument> Platforms);

/// <summary>One platform's package.</summary>
/// <param name="Hashes">As a dependency lock file writes them; <c>h1:</c> is absent until it has been computed.</param>
public sealed record PlatformDocument(
    string Platform,
    IReadOnlyList<string> Hashes,
    long Size,
    TrustLevel Trust,
    DateTimeOffset CachedAt,
    Principal CachedBy,
    DateTimeOffset? LastUsedAt,
    long Downloads)
{
    public static PlatformDocument From(PackageDetails package) => new(
        package.Platform.Value,
        package.ContentHash is { } content ? [package.Digest.ZipHash.Value, content.Value] : [package.Digest.ZipHash.Value],
        package.Size,
        package.Trust,
        package.CachedAt,
        package.CachedBy,
        package.LastUsedAt,
        package.Downloads);
}

/// <summary>The signature of a version's SHA256SUMS.</summary>
/// <param name="KeyPinned">The trust policy names this key.</param>
public sealed record ProofDocument(TrustLevel Trust, string? KeyFingerprint, string? KeyOwner, bool KeyExpired, bool KeyPinned, DateTimeOffset VerifiedAt)
{
    public static ProofDocument From(ProofSummary proof) =>
        new(proof.Trust, proof.KeyFingerprint, proof.KeyOwner, proof.KeyExpired, proof.KeyPinned, proof.VerifiedAt);
}

/// <summary>What became of an uploaded package.</summary>
/// <param name="Hashes">Of what was uploaded.</param>
/// <param name="Warnings">For people; mostly none.</param>
public sealed record ImportDocument(RecordOutcome Outcome, IReadOnlyList<string> Hashes, long Size, IReadOnlyList<string> Warnings);
