using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>One platform's package in the proof of its version.</summary>
/// <param name="FileName">Its name in SHA256SUMS.</param>
/// <param name="Digest">Null only if another mirror provides nothing but <paramref name="ContentHash"/>.</param>
public sealed record ReleaseFile(Platform Platform, string FileName, Sha256Digest? Digest, PackageHash? ContentHash = null);

/// <summary>The proof of the packages of one version: verified when it was fetched, and kept permanently.</summary>
public sealed record ReleaseProof
{
    public required ProviderAddress Provider { get; init; }

    public required ProviderVersion Version { get; init; }

    public required CredentialIdentity Credential { get; init; }

    public required TrustLevel Trust { get; init; }

    /// <summary>The signed SHA256SUMS, byte for byte; empty if the hashes come from another mirror.</summary>
    public required byte[] Sums { get; init; }

    /// <summary>Null for an exceptionally unsigned provider, or if the hashes come from another mirror.</summary>
    public byte[]? Signature { get; init; }

    public IReadOnlyList<OfferedKey> SigningKeys { get; init; } = [];

    public IReadOnlyList<string> Protocols { get; init; } = [];

    public required IReadOnlyList<ReleaseFile> Files { get; init; }

    public string? KeyFingerprint { get; init; }

    public string? KeyOwner { get; init; }

    public bool KeyExpired { get; init; }

    public bool KeyPinned { get; init; }

    /// <summary>The algorithm and size of the key, for display; known only right after the verification.</summary>
    public string? KeyAlgorithm { get; init; }

    /// <summary>When the key expires; null if never. Known only with <see cref="KeyAlgorithm"/>.</summary>
    public DateTimeOffset? KeyExpires { get; init; }

    public DateTimeOffset? SignedAt { get; init; }

    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>The approximate memory use in bytes.</summary>
    internal long Size => 1000 + Sums.Length + (Signature?.Length ?? 0) + (250L * Files.Count)
        + SigningKeys.Sum(key => 2L * (key.AsciiArmor.Length + (key.TrustSignature?.Length ?? 0) + (key.SourceUrl?.Length ?? 0) + 100));

    /// <summary>Whether the proof includes SHA256SUMS, which the provider registry protocol requires.</summary>
    public bool HasSums => Sums.Length > 0;

    public ProofSummary Summarize() => new(Trust, KeyFingerprint, KeyOwner, KeyExpired, KeyPinned, VerifiedAt);

    public ReleaseFile? Find(Platform platform) => Files.FirstOrDefault(file => file.Platform == platform);
}

/// <summary>A proof without its bytes, for version lists.</summary>
public sealed record KnownProof(TrustLevel Trust, IReadOnlyList<string> Protocols, IReadOnlyList<ReleaseFile> Files)
{
    public DateTimeOffset? SignedAt { get; init; }

    public string? KeyFingerprint { get; init; }

    /// <summary>Proofs from another mirror have no SHA256SUMS.</summary>
    public bool HasSums => Trust is not (TrustLevel.Chained or TrustLevel.Imported);
}
