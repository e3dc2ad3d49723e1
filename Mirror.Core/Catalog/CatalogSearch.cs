using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>
/// Searches, sorts and pages a root group's stored versions. It stays fast with 100,000 versions because each sort order has an index that
/// contains everything that is searched: words are matched against the addresses, which are few, and then against the versions. Filters
/// that concern packages are subqueries that do not depend on the version.
/// </summary>
public sealed class CatalogSearch(IDbContextFactory<MirrorDbContext> databases)
{
    private static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    // Below all trust levels.
    private const int Empty = -1;

    public async Task<Page<VersionSummary>> SearchVersionsAsync(long rootGroupId, VersionQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = await FilterAsync(db, rootGroupId, query, cancellationToken).ConfigureAwait(false);
        // Selects only ids, which the index contains: skipped and non-matching rows are never read.
        var shown = await Order(db, versions, query)
            .Select(version => version.Id)
            .Skip(query.Skip)
            .Take(query.Take)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        int total = IsAll(query, shown.Count) ? shown.Count : await versions.CountAsync(cancellationToken).ConfigureAwait(false);
        return new Page<VersionSummary>(await ReadAsync(db, shown, query, cancellationToken).ConfigureAwait(false), total);
    }

    /// <summary>The ids of matching versions in order, at most <paramref name="max"/>, for <see cref="ReadAsync(IReadOnlyList{long}, VersionQuery, CancellationToken)"/>.</summary>
    internal async Task<IReadOnlyList<long>> ListIdsAsync(long rootGroupId, VersionQuery query, int max, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = await FilterAsync(db, rootGroupId, query, cancellationToken).ConfigureAwait(false);
        return await Order(db, versions, query).Select(version => version.Id).Take(max).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The versions with these ids that still exist, in the order of the query.</summary>
    internal async Task<IReadOnlyList<VersionSummary>> ReadAsync(
        IReadOnlyList<long> ids, VersionQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await ReadAsync(db, ids, query, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The values that versions of a root group have.</summary>
    public async Task<VersionFilterChoices> FindChoicesAsync(long rootGroupId, bool anonymous, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = await FilterAsync(db, rootGroupId, new VersionQuery(Anonymous: anonymous), cancellationToken).ConfigureAwait(false);
        var hostnames = await db.Providers.Where(provider => versions.Select(version => version.ProviderId).Contains(provider.Id))
            .Select(provider => provider.Hostname).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var platforms = await db.Packages.Where(package => versions.Select(version => version.Id).Contains(package.VersionId))
            .Select(package => new { package.Os, package.Arch }).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var principals = await versions.Select(version => version.CreatedBy).Distinct().OrderBy(name => name)
            .Take(VersionFilterChoices.MaxPrincipals).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new VersionFilterChoices(
            [.. hostnames.Select(ProviderHostname.Parse).OrderBy(hostname => hostname.Value, StringComparer.Ordinal)],
            [.. platforms.Select(platform => Platform.Parse($"{platform.Os}_{platform.Arch}")).Order()],
            principals);
    }

    /// <summary>The providers of a root group that have stored versions, with their ids.</summary>
    internal async Task<IReadOnlyList<(long Id, ProviderAddress Provider)>> ListProvidersAsync(
        long rootGroupId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Providers.AsNoTracking().Where(provider => provider.RootGroupId == rootGroupId)
            .Select(provider => new { provider.Id, provider.Hostname, provider.Namespace, provider.Type })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, CatalogReader.Address(row.Hostname, row.Namespace, row.Type)))];
    }

    /// <summary>The ids of providers of which a version was stored since a time.</summary>
    internal async Task<IReadOnlyList<long>> ListProvidersAsync(long rootGroupId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Versions.Where(version => version.RootGroupId == rootGroupId && version.CreatedAt >= since)
            .Select(version => version.ProviderId).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The different numbers of the stored versions of these providers.</summary>
    internal async Task<IReadOnlyList<string>> ListNumbersAsync(
        long rootGroupId, IReadOnlyCollection<long> providers, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Versions.Where(version => version.RootGroupId == rootGroupId && EF.Parameter(providers).Contains(version.ProviderId))
            .Select(version => version.Version).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The stored versions of these providers.</summary>
    /// <param name="since">Only versions stored since then; null for all.</param>
    internal async Task<IReadOnlyList<(long Id, long ProviderId, string Version)>> ListVersionsAsync(
        long rootGroupId, IReadOnlyCollection<long> providers, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = db.Versions.Where(version => version.RootGroupId == rootGroupId && EF.Parameter(providers).Contains(version.ProviderId));
        versions = since is { } start ? versions.Where(version => version.CreatedAt >= start) : versions;
        var rows = await versions.Select(version => new { version.Id, version.ProviderId, version.Version })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, row.ProviderId, row.Version))];
    }

    /// <summary>The proofs of stored versions of which one was signed after a time.</summary>
    internal async Task<IReadOnlyList<SignedVersion>> ListSignedAsync(long rootGroupId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var signed = from recent in db.Proofs
                     where recent.SignedAt > after
                     join version in db.Versions on new { recent.ProviderId, recent.Version } equals new { version.ProviderId, version.Version }
                     where version.RootGroupId == rootGroupId
                     join proof in db.Proofs on new { recent.ProviderId, recent.Version } equals new { proof.ProviderId, proof.Version }
                     select new SignedVersion(version.Id, version.ProviderId, proof.Credential, proof.VerifiedAt, proof.SignedAt);
        return await signed.ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The stored versions of a namespace that one of the keys signed.</summary>
    internal async Task<IReadOnlyList<long>> ListSignedAsync(
        long rootGroupId, string hostname, string @namespace, IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var signed = from proof in db.Proofs
                     where proof.Provider.RootGroupId == rootGroupId
                         && proof.Provider.Hostname == hostname
                         && proof.Provider.Namespace == @namespace
                         && proof.KeyFingerprint != null
                         && EF.Parameter(fingerprints).Contains(proof.KeyFingerprint)
                     join version in db.Versions on new { proof.ProviderId, proof.Version } equals new { version.ProviderId, version.Version }
                     select version.Id;
        return await signed.Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<VersionSummary>> ReadAsync(
        MirrorDbContext db, IReadOnlyList<long> shown, VersionQuery query, CancellationToken cancellationToken)
    {
        var rows = await Order(db, db.Versions.AsNoTracking().Where(version => shown.Contains(version.Id)), query)
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
                version.Trust,
                SignedBy = db.Proofs.Where(proof => proof.ProviderId == version.ProviderId && proof.Version == version.Version)
                    .OrderByDescending(proof => proof.VerifiedAt).Select(proof => proof.KeyOwner ?? proof.KeyFingerprint).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        long[] ids = [.. rows.Select(row => row.Id)];
        var packages = (await db.Packages.AsNoTracking().Where(package => ids.Contains(package.VersionId))
            .Select(package => new { package.VersionId, package.Os, package.Arch })
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(package => package.VersionId);
        return
        [
            .. rows.Select(row => new VersionSummary(
                CatalogReader.Address(row.Hostname, row.Namespace, row.Type),
                ProviderVersion.Parse(row.Version),
                [.. packages[row.Id].Select(package => Platform.Parse($"{package.Os}_{package.Arch}")).Order()],
                row.Trust,
                row.SignedBy,
                row.CreatedAt,
                new Principal(row.CreatedByKind, row.CreatedBy),
                row.LastUsedAt,
                row.Size)),
        ];
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
            NewestStable = group.Max(version => version.SortKey.Contains(ProviderVersion.ReleaseMark) ? version.SortKey : null),
            Size = group.Sum(version => version.Size),
            CachedAt = group.Max(version => version.CreatedAt),
            LastUsedAt = group.Max(version => version.LastUsedAt),
            PlatformCount = group.Max(version => version.PlatformCount),
            Trust = group.Min(version => version.Trust),
        });
        var rows = await Order(db, providers, query).Skip(query.Skip).Take(query.Take).ToListAsync(cancellationToken).ConfigureAwait(false);
        int total = IsAll(query, rows.Count)
            ? rows.Count
            : await versions.Select(version => version.AddressKey).Distinct().CountAsync(cancellationToken).ConfigureAwait(false);
        string[] keys = [.. rows.Select(row => row.AddressKey)];
        string[] newest = [.. rows.Select(row => row.Newest).Concat(rows.Select(row => row.NewestStable).OfType<string>()).Distinct()];
        var found = (await db.Versions.AsNoTracking()
            .Where(version => version.RootGroupId == rootGroupId && keys.Contains(version.AddressKey) && newest.Contains(version.SortKey))
            .Select(version => new { version.AddressKey, version.SortKey, version.Version })
            .ToListAsync(cancellationToken).ConfigureAwait(false))
            .ToDictionary(version => (version.AddressKey, version.SortKey), version => ProviderVersion.Parse(version.Version));
        var platforms = (await versions.Where(version => keys.Contains(version.AddressKey))
            .SelectMany(version => version.Packages, (version, package) => new { version.AddressKey, package.Os, package.Arch })
            .Distinct()
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(platform => platform.AddressKey);
        return new Page<ProviderSummary>(
            [.. rows.Select(row => new ProviderSummary(
                AddressOf(row.AddressKey),
                row.Count,
                found[(row.AddressKey, row.Newest)],
                row.Size,
                row.CachedAt,
                row.LastUsedAt)
            {
                NewestStable = row.NewestStable is { } stable ? found[(row.AddressKey, stable)] : null,
                Trust = row.Trust,
                Platforms = [.. platforms[row.AddressKey].Select(platform => Platform.Parse($"{platform.Os}_{platform.Arch}")).Order()],
            })],
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
            string key = VersionRow.KeyOf(provider.Hostname.Value, provider.Namespace, provider.Type);
            versions = versions.Where(version => version.AddressKey == key);
        }

        foreach (string word in query.Search?.Words ?? [])
        {
            versions = Search(db, versions, rootGroupId, word);
        }

        versions = Filter(db, versions, rootGroupId, query);
        if (query.Anonymous)
        {
            List<long> hidden = [.. (await HiddenProviders.FindAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false))
                .Select(provider => provider.Id)];
            versions = hidden.Count == 0 ? versions : versions.Where(version => !hidden.Contains(version.ProviderId));
        }

        return versions;
    }

    private static IQueryable<VersionRow> Search(MirrorDbContext db, IQueryable<VersionRow> versions, long rootGroupId, string word)
    {
        var named = db.Providers.Where(provider => provider.RootGroupId == rootGroupId
            && (provider.Namespace + " " + provider.Type + " " + provider.Hostname).Contains(word))
            .Select(provider => provider.Id);
        if (Enum.GetNames<TrustLevel>().FirstOrDefault(name => IsStartOf(name, word)) is { } trust)
        {
            var level = Enum.Parse<TrustLevel>(trust);
            var trusted = db.Versions.Where(version => version.RootGroupId == rootGroupId && version.Trust == level).Select(version => version.Id);
            return versions.Where(
                version => named.Contains(version.ProviderId) || version.Version.Contains(word) || trusted.Contains(version.Id));
        }

        var (os, arch) = PlatformWords.Find(word);
        if (os.Length + arch.Length > 0)
        {
            var stored = db.Packages.Where(package => os.Contains(package.Os) || arch.Contains(package.Arch)).Select(package => package.VersionId);
            return versions.Where(
                version => named.Contains(version.ProviderId) || version.Version.Contains(word) || stored.Contains(version.Id));
        }

        return versions.Where(version => named.Contains(version.ProviderId) || version.Version.Contains(word));
    }

    private static IQueryable<VersionRow> Filter(MirrorDbContext db, IQueryable<VersionRow> versions, long rootGroupId, VersionQuery query)
    {
        var filter = query.Filter;
        var all = db.Versions.Where(version => version.RootGroupId == rootGroupId);
        if (filter.Trust is { } level)
        {
            // Not correlated: it is evaluated once, instead of once per version. Most versions have the highest level.
            var others = all.Where(version => version.Trust != level).Select(version => version.Id);
            var trusted = all.Where(version => version.Trust == level).Select(version => version.Id);
            versions = level == TrustLevel.Verified
                ? versions.Where(version => !others.Contains(version.Id))
                : versions.Where(version => trusted.Contains(version.Id));
        }

        if (filter.Empty)
        {
            var empty = all.Where(version => version.Trust == null).Select(version => version.Id);
            versions = versions.Where(version => empty.Contains(version.Id));
        }

        if (filter.Hostname?.Value is { } hostname)
        {
            versions = versions.Where(
                version => db.Providers.Where(provider => provider.Hostname == hostname).Select(provider => provider.Id).Contains(version.ProviderId));
        }

        if (filter.Platform is { Os: var os, Arch: var arch })
        {
            versions = versions.Where(version => db.Packages.Where(package => package.Os == os && package.Arch == arch)
                .Select(package => package.VersionId).Contains(version.Id));
        }

        if (filter.CachedBy is { } name)
        {
            versions = versions.Where(version => version.CreatedBy == name);
        }

        // The order of the list reads versions through another index: to look up each of them would cost more than these sets of ids.
        if (filter.CachedFrom is not null || filter.CachedBefore is not null)
        {
            var (from, before) = (filter.CachedFrom ?? DateTimeOffset.MinValue, filter.CachedBefore ?? DateTimeOffset.MaxValue);
            var cached = all.Where(version => version.CreatedAt >= from && version.CreatedAt < before).Select(version => version.Id);
            versions = versions.Where(version => cached.Contains(version.Id));
        }

        if (filter.UnusedSince is { } since)
        {
            var unused = all.Where(version => version.LastUsedAt < since || version.LastUsedAt == null && version.CreatedAt < since)
                .Select(version => version.Id);
            versions = versions.Where(version => unused.Contains(version.Id));
        }

        if (filter.Hidden is { } hidden)
        {
            versions = versions.Where(hidden ? IsHidden(query.Blocked) : Not(IsHidden(query.Blocked)));
        }

        return versions;
    }

    private static Expression<Func<VersionRow, bool>> IsHidden(HiddenVersions blocked)
    {
        // They may be too many for one parameter each.
        var (providers, _, some) = blocked;
        Expression<Func<VersionRow, bool>> hidden =
            version => EF.Parameter(providers).Contains(version.ProviderId) || EF.Parameter(some).Contains(version.Id);
        foreach (var (ids, numbers) in blocked.Numbers)
        {
            hidden = Or(hidden, version => EF.Parameter(ids).Contains(version.ProviderId) && EF.Parameter(numbers).Contains(version.Version));
        }

        return hidden;
    }

    private static Expression<Func<VersionRow, bool>> Or(Expression<Func<VersionRow, bool>> left, Expression<Func<VersionRow, bool>> right) =>
        Expression.Lambda<Func<VersionRow, bool>>(Expression.OrElse(left.Body, Expression.Invoke(right, left.Parameters)), left.Parameters);

    private static Expression<Func<VersionRow, bool>> Not(Expression<Func<VersionRow, bool>> condition) =>
        Expression.Lambda<Func<VersionRow, bool>>(Expression.Not(condition.Body), condition.Parameters);

    private static bool IsStartOf(string name, string word) => word.Length >= 3 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The provider of a <see cref="VersionRow.AddressKey"/>.</summary>
    internal static ProviderAddress AddressOf(string key) => key.Split(' ') switch
    {
        [var @namespace, var type] => CatalogReader.Address(VersionRow.DefaultHostname, @namespace, type),
        [var hostname, var @namespace, var type] => CatalogReader.Address(hostname, @namespace, type),
        _ => throw new InvalidOperationException($"'{key}' is not an address key."),
    };

    // Ties are in index order in both directions.
    private static IOrderedQueryable<VersionRow> Order(MirrorDbContext db, IQueryable<VersionRow> versions, VersionQuery query) => query.Sort switch
    {
        VersionSort.Version => By(versions, version => version.SortKey, query.Descending),
        // Nulls are lowest, as in SQLite, which has an index for it.
        VersionSort.LastUsedAt when !db.Database.IsSqlite() => By(versions, version => version.LastUsedAt ?? Never, query.Descending),
        VersionSort.LastUsedAt => By(versions, version => version.LastUsedAt, query.Descending),
        VersionSort.Size => By(versions, version => version.Size, query.Descending),
        VersionSort.Trust when !db.Database.IsSqlite() => By(versions, version => (int?)version.Trust ?? Empty, query.Descending),
        VersionSort.Trust => By(versions, version => version.Trust, query.Descending),
        VersionSort.Platforms => By(versions, version => version.PlatformCount, query.Descending),
        VersionSort.CachedBy => By(versions, version => version.CreatedBy, query.Descending),
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

    private static IOrderedQueryable<Totals> Order(MirrorDbContext db, IQueryable<Totals> providers, VersionQuery query) => query.Sort switch
    {
        VersionSort.LastUsedAt when !db.Database.IsSqlite() => By(providers, provider => provider.LastUsedAt ?? Never, query.Descending),
        VersionSort.LastUsedAt => By(providers, provider => provider.LastUsedAt, query.Descending),
        VersionSort.Size => By(providers, provider => provider.Size, query.Descending),
        VersionSort.Trust when !db.Database.IsSqlite() => By(providers, provider => (int?)provider.Trust ?? Empty, query.Descending),
        VersionSort.Trust => By(providers, provider => provider.Trust, query.Descending),
        VersionSort.Platforms => By(providers, provider => provider.PlatformCount, query.Descending),
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

        public string? NewestStable { get; init; }

        public long Size { get; init; }

        public DateTimeOffset CachedAt { get; init; }

        public DateTimeOffset? LastUsedAt { get; init; }

        public int PlatformCount { get; init; }

        public TrustLevel? Trust { get; init; }
    }
}
