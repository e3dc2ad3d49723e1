using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>The records of a version other than its packages: proofs, quarantine entries, damage and deprecation.</summary>
internal static class VersionRecords
{
    /// <summary>
    /// Removes these records with the caller's next save. The keys that signed the provider are kept, because trust on first use depends on
    /// them.
    /// </summary>
    /// <returns>A description for the audit log; empty if the records need no entry; null if there were none.</returns>
    public static async Task<string?> RemoveAsync(
        MirrorDbContext db, long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        var owner = await db.Providers.SingleOrDefaultAsync(
            row => row.RootGroupId == rootGroupId
                && row.Hostname == provider.Hostname.Value
                && row.Namespace == provider.Namespace
                && row.Type == provider.Type,
            cancellationToken).ConfigureAwait(false);
        if (owner is null)
        {
            return null;
        }

        var proofs = await db.Proofs.Where(row => row.ProviderId == owner.Id && row.Version == version.Value)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var quarantine = await db.Quarantine.Where(row => row.ProviderId == owner.Id && row.Version == version.Value)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var damaged = await db.DamagedPackages.Where(row => row.ProviderId == owner.Id && row.Version == version.Value)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        string source = provider.ToString();
        db.Deprecations.RemoveRange(await db.Deprecations
            .Where(row => row.RootGroupId == rootGroupId && row.Source == source && row.Version == version.Value)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false));
        db.Proofs.RemoveRange(proofs);
        db.Quarantine.RemoveRange(quarantine);
        db.DamagedPackages.RemoveRange(damaged);
        return proofs.Count + quarantine.Count + damaged.Count == 0 ? null : string.Join("; ", proofs.Select(Describe).Distinct());
    }

    private static string Describe(ProofRow proof)
    {
        string sums = proof.Sha256Sums.Length == 0
            ? "without SHA256SUMS"
            : $"SHA256SUMS with the SHA-256 {Convert.ToHexStringLower(SHA256.HashData(proof.Sha256Sums))}";
        string signer = proof.KeyFingerprint is null ? "no signature" : $"signed by {proof.KeyFingerprint} ({proof.KeyOwner ?? "no name"})";
        return $"its proof: {proof.Trust}, {sums}, {signer}";
    }
}
