using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>The content of a document.</summary>
public interface IOffer
{
    /// <summary>How long a document created from it may be cached.</summary>
    DateTimeOffset FreshUntil { get; }
}

/// <summary>The versions of a provider that are available to a namespace.</summary>
/// <param name="FreshUntil">How long the response may be cached.</param>
/// <param name="Versions">Newest first; created while they are read.</param>
public sealed record OfferedVersions(
    ProviderAddress Provider, IEnumerable<OriginVersion> Versions, IReadOnlyList<string> Warnings, DateTimeOffset FreshUntil) : IOffer
{
    /// <summary>Why these may not be the origin's latest versions: the last query for its list failed. Null if it did not.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The list is long, so its documents are large.</summary>
    public bool IsLong { get; init; }

    /// <summary>Versions that are only available from stored packages: the origin's list lacks them, or there is no such list.</summary>
    public IReadOnlySet<ProviderVersion> StoredOnly { get; init; } = new HashSet<ProviderVersion>();
}

/// <summary>The packages of a version that are available to a namespace.</summary>
/// <param name="Proof">Null if no publisher signature was seen.</param>
/// <param name="FreshUntil">How long the response may be cached.</param>
public sealed record OfferedRelease(
    ProviderAddress Provider,
    ProviderVersion Version,
    ReleaseProof? Proof,
    IReadOnlyList<OfferedPackage> Packages,
    DateTimeOffset FreshUntil) : IOffer
{
    /// <summary>The origin lists the version and may be queried for packages that are not stored.</summary>
    public bool MayFetch { get; init; }

    /// <summary>Why <see cref="Proof"/> is missing although the origin was queried for it; null if it was not queried.</summary>
    public Failure? ProofFailure { get; init; }
}

/// <param name="Digest">Null only if another mirror provides nothing but the content hash.</param>
/// <param name="ContentHash">Null until it is known.</param>
/// <param name="Size">In bytes; null until the package is stored.</param>
public sealed record OfferedPackage(Platform Platform, PackageFileName FileName, Sha256Digest? Digest, PackageHash? ContentHash, long? Size)
{
    /// <summary>The hashes of this package, for clients to check; never those of another platform.</summary>
    public IEnumerable<PackageHash> Hashes
    {
        get
        {
            if (Digest is { } digest)
            {
                yield return digest.ZipHash;
            }

            if (ContentHash is { } content)
            {
                yield return content;
            }
        }
    }
}
