using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Importing;

/// <summary>The proof of a version in a form that another instance can verify again.</summary>
/// <param name="Sha256Sums">The original bytes, base64.</param>
/// <param name="Signature">Base64; null for an unsigned provider.</param>
/// <param name="SigningKeys">The keys offered by the origin.</param>
/// <param name="Files">The packages, by their names in SHA256SUMS.</param>
public sealed record ProofBundle(
    [MaxLength(ProofFiles.MaxLength)] byte[] Sha256Sums,
    [MaxLength(OpenPgpVerifier.MaxSignatureLength)] byte[]? Signature,
    [MaxLength(OpenPgpVerifier.MaxKeys)] IReadOnlyList<OfferedKey> SigningKeys,
    IReadOnlyList<string> Protocols,
    [MaxLength(ProofBundle.MaxFiles)] IReadOnlyList<ProofBundleFile> Files)
{
    /// <summary>The maximum number of packages of one version.</summary>
    public const int MaxFiles = 1000;

    public static ProofBundle From(ReleaseProof proof) => new(
        proof.Sums,
        proof.Signature,
        proof.SigningKeys,
        proof.Protocols,
        [.. proof.Files.Select(file => new ProofBundleFile(file.Platform.Value, file.FileName))]);

    /// <exception cref="FormatException">A part is malformed.</exception>
    public ReleaseOffer ToOffer(ProviderAddress provider, ProviderVersion version) => new(
        provider,
        version,
        Sha256Sums,
        Signature,
        SigningKeys,
        Protocols,
        [.. Files.Select(file => (Platform.Parse(file.Platform), file.FileName))]);
}

/// <param name="Platform">As <c>os_arch</c>.</param>
public sealed record ProofBundleFile(string Platform, string FileName);
