using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>One platform's package as its version's proof names it.</summary>
/// <param name="FileName">Its name in SHA256SUMS.</param>
/// <param name="Digest">Null only where another mirror vouches with nothing but <paramref name="ContentHash"/>.</param>
public sealed record ReleaseFile(Platform Platform, string FileName, Sha256Digest? Digest, PackageHash? ContentHash = null);

/// <summary>What proves the packages of one version: verified when it was fetched, and kept for ever.</summary>
public sealed record ReleaseProof
{
    public required ProviderAddress Provider { get; init; }

    public required ProviderVersion Version { get; init; }

    public required CredentialIdentity Credential { get; init; }

    public required TrustLevel Trust { get; init; }

    /// <summary>SHA256SUMS byte for byte as signed; empty where another mirror vouches.</summary>
    public required byte[] Sums { get; init; }

    /// <summary>Null where there is none: unsigned by exception, or another mirror vouches.</summary>
    public byte[]? Signature { get; init; }

    public IReadOnlyList<OfferedKey> SigningKeys { get; init; } = [];

    public IReadOnlyList<string> Protocols { get; init; } = [];

    public required IReadOnlyList<ReleaseFile> Files { get; init; }

    public string? KeyFingerprint { get; init; }

    public string? KeyOwner { get; init; }

    public bool KeyExpired { get; init; }

    public bool KeyPinned { get; init; }

    public DateTimeOffset? SignedAt { get; init; }

    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>Bytes of memory, about.</summary>
    internal long Size => 1000 + Sums.Length + (Signature?.Length ?? 0) + (250L * Files.Count)
        + SigningKeys.Sum(key => 2L * (key.AsciiArmor.Length + (key.TrustSignature?.Length ?? 0) + (key.SourceUrl?.Length ?? 0) + 100));

    /// <summary>SHA256SUMS are there, which the provider registry protocol is built on.</summary>
    public bool HasSums => Sums.Length > 0;

    public ProofSummary Summarize() => new(Trust, KeyFingerprint, KeyOwner, KeyExpired, KeyPinned, VerifiedAt);

    public ReleaseFile? Find(Platform platform) => Files.FirstOrDefault(file => file.Platform == platform);
}

/// <summary>A proof without its bytes, as a list of versions needs it.</summary>
public sealed record KnownProof(TrustLevel Trust, IReadOnlyList<string> Protocols, IReadOnlyList<ReleaseFile> Files)
{
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>Another mirror's word comes without SHA256SUMS.</summary>
    public bool HasSums => Trust is not (TrustLevel.Chained or TrustLevel.Imported);
}
