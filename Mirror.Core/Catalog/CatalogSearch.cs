using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>
/// Searches, sorts and pages a root group's stored versions. It stays fast with 100,000 versions because each sort order has an index that
/// contains everything that is searched: words are matched against the addresses, which are few, and then against the versions.
/// </summary>
public sealed class CatalogSearch(IDbContextFactory<MirrorDbContext> databases)
{
    public async Task<Page<VersionSummary>> SearchVersionsAsync(long rootGroupId, VersionQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = await FilterAsync(db, rootGroupId, query, cancellationToken).ConfigureAwait(false);
        // Selects only ids, which the index contains: skipped and non-matching rows are never read.
        var shown = await Order(versions, query)
            .Select(version => version.Id)
            .Skip(query.Skip)
            .Take(query.Take)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        int total = IsAll(query, shown.Count) ? shown.Count : await versions.CountAsync(cancellationToken).ConfigureAwait(false);
        var rows = await Order(db.Versions.AsNoTracking().Where(version => shown.Contains(version.Id)), query)
            .Select(version => new
            {
                version.Id,
                version.Provider.Hostname,
                version.Provider.Namespace,
                version.Provider.Type,
                version.Version,
                version.CreatedAt,
                version.CreatedBy,
                version.CreatedByKind,
                version.Size,
                version.LastUsedAt,
                SignedBy = db.Proofs.Where(proof => proof.ProviderId == version.ProviderId && proof.Version == version.Version)
                    .OrderByDescending(proof => proof.VerifiedAt).Select(proof => proof.KeyOwner ?? proof.KeyFingerprint).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        long[] ids = [.. rows.Select(row => row.Id)];
        var packages = (await db.Packages.AsNoTracking().Where(package => ids.Contains(package.VersionId))
            .Select(package => new { package.VersionId, package.Os, package.Arch, package.Trust })
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(package => package.VersionId);
        return new Page<VersionSummary>(
            [.. rows.Select(row => new VersionSummary(
                CatalogReader.Address(row.Hostname, row.Namespace, row.Type),
                ProviderVersion.Parse(row.Version),
                [.. packages[row.Id].Select(package => Platform.Parse($"{package.Os}_{package.Arch}")).Order()],
                packages[row.Id].Select(package => (TrustLevel?)package.Trust).Min(),
                row.SignedBy,
                row.CreatedAt,
                new Principal(row.CreatedByKind, row.CreatedBy),
                row.LastUsedAt,
                row.Size))],
            total);
    }

    /// <summary>The providers with matching versions, with totals over these; sorted as their versions would be.</summary>
    public async Task<Page<ProviderSummary>> SearchProvidersAsync(long rootGroupId, VersionQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = await FilterAsync(db, rootGroupId, query, cancellationToken).ConfigureAwait(false);
        var providers = versions.GroupBy(version => version.AddressKey).Select(group => new Totals
        {
            AddressKey = group.Key,
            Count = group.Count(),
            Newest = group.Max(version => version.SortKey)!,
            Size = group.Sum(version => version.Size),
            CachedAt = group.Max(version => version.CreatedAt),
            LastUsedAt = group.Max(version => version.LastUsedAt),
        });
        var rows = await Order(providers, query).Skip(query.Skip).Take(query.Take).ToListAsync(cancellationToken).ConfigureAwait(false);
        int total = IsAll(query, rows.Count)
            ? rows.Count
            : await versions.Select(version => version.AddressKey).Distinct().CountAsync(cancellationToken).ConfigureAwait(false);
        string[] keys = [.. rows.Select(row => row.AddressKey)], newest = [.. rows.Select(row => row.Newest)];
        var found = await db.Versions.AsNoTracking()
            .Where(version => version.RootGroupId == rootGroupId && keys.Contains(version.AddressKey) && newest.Contains(version.SortKey))
            .Select(version => new { version.AddressKey, version.SortKey, version.Version })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<ProviderSummary>(
            [.. rows.Select(row => new ProviderSummary(
                AddressOf(row.AddressKey),
                row.Count,
                ProviderVersion.Parse(
                    found.First(version => version.AddressKey == row.AddressKey && version.SortKey == row.Newest).Version),
                row.Size,
                row.CachedAt,
                row.LastUsedAt))],
            total);
    }

    /// <summary>Whether these are all rows, so that there is nothing left to count.</summary>
    private static bool IsAll(VersionQuery query, int found) => query.Skip == 0 && found < query.Take;

    private static async Task<IQueryable<VersionRow>> FilterAsync(
        MirrorDbContext db, long rootGroupId, VersionQuery query, CancellationToken cancellationToken)
    {
        var versions = db.Versions.AsNoTracking().Where(version => version.RootGroupId == rootGroupId);
        if (query.Provider is { } provider)
        {
            string key = $"{provider.Namespace} {provider.Type} {provider.Hostname.Value}";
            versions = versions.Where(version => version.AddressKey == key);
        }

        foreach (string word in query.Search?.Words ?? [])
        {
            var named = db.Providers.Where(provider => provider.RootGroupId == rootGroupId
                && (provider.Namespace + " " + provider.Type + " " + provider.Hostname).Contains(word));
            versions = versions.Where(
                version => named.Select(provider => provider.Id).Contains(version.ProviderId) || version.Version.Contains(word));
        }

        if (query.Anonymous)
        {
            List<long> hidden = [.. (await HiddenProviders.FindAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false))
                .Select(provider => provider.Id)];
            versions = hidden.Count == 0 ? versions : versions.Where(version => !hidden.Contains(version.ProviderId));
        }

        return versions;
    }

    /// <summary>The provider of a <see cref="VersionRow.AddressKey"/>.</summary>
    internal static ProviderAddress AddressOf(string key) => key.Split(' ') is [var @namespace, var type, var hostname]
        ? CatalogReader.Address(hostname, @namespace, type)
        : throw new InvalidOperationException($"'{key}' is not an address key.");

    // Ties are in index order in both directions.
    private static IOrderedQueryable<VersionRow> Order(IQueryable<VersionRow> versions, VersionQuery query) => query.Sort switch
    {
        VersionSort.Version => By(versions, version => version.SortKey, query.Descending),
        VersionSort.LastUsedAt => By(versions, version => version.LastUsedAt, query.Descending),
        VersionSort.Size => By(versions, version => version.Size, query.Descending),
        VersionSort.CachedAt => By(versions, version => version.CreatedAt, query.Descending),
        _ => (query.Descending
                ? versions.OrderByDescending(version => version.AddressKey)
                : versions.OrderBy(version => version.AddressKey)).ThenByDescending(version => version.SortKey),
    };

    private static IOrderedQueryable<VersionRow> By<TKey>(
        IQueryable<VersionRow> versions, Expression<Func<VersionRow, TKey>> key, bool descending) =>
        descending
            ? versions.OrderByDescending(key).ThenByDescending(version => version.ProviderId).ThenByDescending(version => version.Version)
            : versions.OrderBy(key).ThenBy(version => version.ProviderId).ThenBy(version => version.Version);

    private static IOrderedQueryable<Totals> Order(IQueryable<Totals> providers, VersionQuery query) => query.Sort switch
    {
        VersionSort.LastUsedAt => By(providers, provider => provider.LastUsedAt, query.Descending),
        VersionSort.Size => By(providers, provider => provider.Size, query.Descending),
        VersionSort.CachedAt => By(providers, provider => provider.CachedAt, query.Descending),
        VersionSort.Version => By(providers, provider => provider.Count, query.Descending),
        _ => query.Descending
            ? providers.OrderByDescending(provider => provider.AddressKey)
            : providers.OrderBy(provider => provider.AddressKey),
    };

    private static IOrderedQueryable<Totals> By<TKey>(IQueryable<Totals> providers, Expression<Func<Totals, TKey>> key, bool descending) =>
        (descending ? providers.OrderByDescending(key) : providers.OrderBy(key)).ThenBy(provider => provider.AddressKey);

    private sealed class Totals
    {
        public required string AddressKey { get; init; }

        public int Count { get; init; }

        public required string Newest { get; init; }

        public long Size { get; init; }

        public DateTimeOffset CachedAt { get; init; }

        public DateTimeOffset? LastUsedAt { get; init; }
    }
}
