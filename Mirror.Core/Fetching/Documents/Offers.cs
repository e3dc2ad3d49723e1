using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>What a document is made of.</summary>
public interface IOffer
{
    /// <summary>How long a document that is made of it may be kept.</summary>
    DateTimeOffset FreshUntil { get; }
}

/// <summary>The versions of a provider that a namespace may have.</summary>
/// <param name="FreshUntil">How long the answer may be kept.</param>
/// <param name="Versions">Newest first; made as they are read.</param>
public sealed record OfferedVersions(
    ProviderAddress Provider, IEnumerable<OriginVersion> Versions, IReadOnlyList<string> Warnings, DateTimeOffset FreshUntil) : IOffer
{
    /// <summary>Why these may not be the origin's newest: the last request for its list failed. Null if it did not.</summary>
    public Failure? Failure { get; init; }

    /// <summary>There are so many that what is made of them is large.</summary>
    public bool IsLong { get; init; }

    /// <summary>Those that the origin's list lacks, or all where there is no such list: only stored packages stand behind them.</summary>
    public IReadOnlySet<ProviderVersion> StoredOnly { get; init; } = new HashSet<ProviderVersion>();
}

/// <summary>The packages of a version that a namespace may have.</summary>
/// <param name="Proof">Null where no publisher signature was seen.</param>
/// <param name="FreshUntil">How long the answer may be kept.</param>
public sealed record OfferedRelease(
    ProviderAddress Provider,
    ProviderVersion Version,
    ReleaseProof? Proof,
    IReadOnlyList<OfferedPackage> Packages,
    DateTimeOffset FreshUntil) : IOffer
{
    /// <summary>The origin lists the version and may be asked for packages that are not stored.</summary>
    public bool MayFetch { get; init; }

    /// <summary>Why there is no <see cref="Proof"/> although the origin was asked for it; null where it was not asked.</summary>
    public Failure? ProofFailure { get; init; }
}

/// <param name="Digest">Null only where another mirror vouches with nothing but the content hash.</param>
/// <param name="ContentHash">Null until it is known.</param>
/// <param name="Size">Bytes; null until it is stored.</param>
public sealed record OfferedPackage(Platform Platform, PackageFileName FileName, Sha256Digest? Digest, PackageHash? ContentHash, long? Size)
{
    /// <summary>What a client may check: this package's own hashes, never another platform's.</summary>
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
