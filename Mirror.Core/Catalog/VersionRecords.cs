using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>What is kept of a version beside its packages: its proofs, what failed verification, and what was damaged.</summary>
internal static class VersionRecords
{
    /// <summary>
    /// Removes all of it with the caller's next save. The keys that signed the provider stay: trust on first use builds on them.
    /// </summary>
    /// <returns>What it was, for the audit log; empty where that is not worth an entry; null where nothing was kept.</returns>
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
