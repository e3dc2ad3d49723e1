using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Verification;

namespace Mirror.Core.Storage.Integrity;

/// <summary>
/// Verifies the stored proof of a version again: the signature of SHA256SUMS by a key of the proof, and that it includes the package's
/// digest. A modified database therefore cannot pass as signed.
/// </summary>
internal sealed class ProofInspection(OpenPgpVerifier verifier, MirrorDbContext db)
{
    private readonly Dictionary<(long Provider, string Version, string Credential), Proof> _inspected = [];

    /// <param name="package">With its version and provider.</param>
    /// <returns>Why the package is not proven; null if it is, or if its trust claims no proof.</returns>
    public async Task<string?> FindFaultAsync(PackageRow package, CancellationToken cancellationToken)
    {
        if (package.Trust is not (TrustLevel.Verified or TrustLevel.Bundled))
        {
            return null;
        }

        var key = (package.Version.ProviderId, package.Version.Version, package.Credential);
        if (!_inspected.TryGetValue(key, out var proof))
        {
            _inspected[key] = proof = await InspectAsync(key.ProviderId, key.Version, cancellationToken).ConfigureAwait(false);
        }

        if (proof.Fault is not null)
        {
            return proof.Fault;
        }

        string platform = $"{package.Os}_{package.Arch}";
        return proof.Digests!.GetValueOrDefault(platform) is not { } signed ? $"The signed SHA256SUMS has no package for {platform}."
            : signed.Contains(package.Sha256) ? null
            : $"The signed SHA256SUMS has {string.Join(" or ", signed)} for {platform}.";
    }

    private async Task<Proof> InspectAsync(long providerId, string version, CancellationToken cancellationToken)
    {
        // Bytes in one credential's proof are proven, regardless of the credential that fetched them.
        var rows = await db.Proofs.AsNoTracking().Where(row => row.ProviderId == providerId
            && row.Version == version
            && row.Signature != null)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var digests = new Dictionary<string, List<string>>();
        string? fault = "It has no stored SHA256SUMS with a signature.";
        foreach (var row in rows)
        {
            var keys = JsonSerializer.Deserialize(row.SigningKeys, StoredDocuments.Default.IReadOnlyListOfferedKey) ?? [];
            var result = verifier.Verify(row.Sha256Sums, row.Signature!, [.. keys.Select(offered => offered.AsciiArmor)]);
            if (result is SignatureResult.Invalid invalid)
            {
                fault = $"The signature of its SHA256SUMS does not verify: {invalid.Message}";
                continue;
            }

            if (!Sha256Sums.TryParse(row.Sha256Sums, out var sums, out string? refusal))
            {
                fault = $"Its SHA256SUMS cannot be read: {refusal}.";
                continue;
            }

            foreach (var file in JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!.RestoreFiles())
            {
                if (sums.TryFind(file.FileName, out var digest))
                {
                    (digests.TryGetValue(file.Platform.Value, out var known) ? known : digests[file.Platform.Value] = []).Add(digest.Hex);
                }
            }
        }

        return digests.Count > 0 ? new Proof(null, digests) : new Proof(fault, null);
    }

    private sealed record Proof(string? Fault, Dictionary<string, List<string>>? Digests);
}
