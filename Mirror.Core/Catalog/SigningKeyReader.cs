using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Verification;

namespace Mirror.Core.Catalog;

/// <summary>Filter and page of a root group's signing keys.</summary>
/// <param name="Search">Words that must each occur in the address, the owner or the fingerprint; null for all keys.</param>
/// <param name="Anonymous">Only keys of providers that were fetched without a credential, for anonymous readers.</param>
public sealed record SigningKeyQuery(SearchText? Search = null, int Skip = 0, int Take = 50, bool Anonymous = false);

/// <summary>Reads the keys that signed a root group's packages.</summary>
public sealed class SigningKeyReader(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>By provider, newest key first.</summary>
    public async Task<Page<SeenSigningKey>> SearchAsync(long rootGroupId, SigningKeyQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var keys = db.SeenKeys.AsNoTracking().Where(key => key.Provider.RootGroupId == rootGroupId);
        foreach (string word in query.Search?.Words ?? [])
        {
#pragma warning disable CA1862 // Runs in the database, which does not support StringComparison.
            keys = keys.Where(key => key.Provider.Hostname.Contains(word)
                || key.Provider.Namespace.Contains(word)
                || key.Provider.Type.Contains(word)
                || key.Fingerprint.ToLower().Contains(word) || key.Owner != null && key.Owner.ToLower().Contains(word));
#pragma warning restore CA1862
        }

        if (query.Anonymous)
        {
            var protectedOnes = await HiddenProviders.FindAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
            var emptied = await HiddenProviders.FindEmptiedAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
            List<long> hidden = [.. protectedOnes.Concat(emptied).Select(provider => provider.Id)];
            keys = keys.Where(key => !hidden.Contains(key.ProviderId));
        }

        int total = await keys.CountAsync(cancellationToken).ConfigureAwait(false);
        var ordered = keys
            .OrderBy(key => key.Provider.Namespace)
                .ThenBy(key => key.Provider.Type)
                .ThenBy(key => key.Provider.Hostname)
                .ThenByDescending(key => key.FirstSeenAt)
                .ThenBy(key => key.Id)
            .Skip(query.Skip)
            .Take(query.Take);
        return new Page<SeenSigningKey>(await ReadAsync(db, ordered, cancellationToken).ConfigureAwait(false), total);
    }

    /// <summary>The keys that signed one provider, newest first.</summary>
    public async Task<IReadOnlyList<SeenSigningKey>> FindAsync(
        long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var keys = db.SeenKeys.AsNoTracking().Where(key => key.Provider.RootGroupId == rootGroupId
            && key.Provider.Hostname == provider.Hostname.Value
            && key.Provider.Namespace == provider.Namespace && key.Provider.Type == provider.Type);
        return await ReadAsync(
            db, keys.OrderByDescending(key => key.FirstSeenAt).ThenBy(key => key.Id), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keys with which a provider that was known before was signed for the first time since a time, newest first.</summary>
    public async Task<IReadOnlyList<SeenSigningKey>> FindNewAsync(
        long rootGroupId, DateTimeOffset since, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var keys = db.SeenKeys.AsNoTracking().Where(key => key.Provider.RootGroupId == rootGroupId && key.FirstSeenAt >= since
            && db.SeenKeys.Any(older => older.ProviderId == key.ProviderId && older.FirstSeenAt < key.FirstSeenAt));
        return await ReadAsync(
            db, keys.OrderByDescending(key => key.FirstSeenAt).ThenBy(key => key.Id).Take(take), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<SeenSigningKey>> ReadAsync(
        MirrorDbContext db, IQueryable<SeenKeyRow> keys, CancellationToken cancellationToken)
    {
        var rows = await keys
            .Select(key => new
            {
                key.Provider.Hostname,
                key.Provider.Namespace,
                key.Provider.Type,
                key.Fingerprint,
                key.Owner,
                key.FirstSeenAt,
                key.Algorithm,
                key.ExpiresAt,
                Replaces = db.SeenKeys.Any(other => other.ProviderId == key.ProviderId && other.FirstSeenAt < key.FirstSeenAt),
                Versions = db.Proofs.Where(proof => proof.ProviderId == key.ProviderId && proof.KeyFingerprint == key.Fingerprint)
                    .Select(proof => proof.Version)
                    .Distinct()
                    .Count(),
                // One value each: several of the last proof would number all proofs of the database.
                Pinned = db.Proofs.Where(proof => proof.ProviderId == key.ProviderId && proof.KeyFingerprint == key.Fingerprint)
                    .OrderByDescending(proof => proof.VerifiedAt).Select(proof => proof.KeyPinned).FirstOrDefault(),
                Expired = db.Proofs.Where(proof => proof.ProviderId == key.ProviderId && proof.KeyFingerprint == key.Fingerprint)
                    .OrderByDescending(proof => proof.VerifiedAt).Select(proof => proof.KeyExpired).FirstOrDefault(),
                VerifiedAt = db.Proofs.Where(proof => proof.ProviderId == key.ProviderId && proof.KeyFingerprint == key.Fingerprint)
                    .Max(proof => (DateTimeOffset?)proof.VerifiedAt),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new SeenSigningKey(
            CatalogReader.Address(row.Hostname, row.Namespace, row.Type),
            row.Fingerprint,
            row.Owner,
            row.FirstSeenAt,
            row.Versions,
            row.Pinned,
            row.Expired,
            row.VerifiedAt)
        {
            Algorithm = row.Algorithm,
            ExpiresAt = row.ExpiresAt,
            ReplacesAnother = row.Replaces,
        })];
    }
}
