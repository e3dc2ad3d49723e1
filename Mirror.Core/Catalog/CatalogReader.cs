using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;

namespace Mirror.Core.Catalog;

/// <summary>Answers what a root group stores.</summary>
public sealed class CatalogReader(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>The group or workspace with the path, or null.</summary>
    public async Task<NamespaceRow?> FindNamespaceAsync(NamespacePath path, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Namespaces.AsNoTracking().SingleOrDefaultAsync(row => row.Path == path.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task<PageOf<VersionSummary>> SearchVersionsAsync(long rootGroupId, VersionQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = db.Versions.AsNoTracking().Where(version => version.Provider.RootGroupId == rootGroupId);
        foreach (string word in (query.Search ?? "").ToLowerInvariant().Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            versions = versions.Where(version => version.Provider.Hostname.Contains(word) || version.Provider.Namespace.Contains(word)
                || version.Provider.Type.Contains(word) || version.Version.Contains(word));
        }

        if (query.Anonymous)
        {
            string none = CredentialIdentity.None.Value;
            versions = versions.Where(version => !version.Provider.Versions.Any(any => any.Packages.Any(package => package.Credential != none)));
        }

        int total = await versions.CountAsync(cancellationToken).ConfigureAwait(false);
        var rows = await Order(versions, query)
            .Skip(query.Skip)
            .Take(query.Take)
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
                Packages = version.Packages.Select(package => new { package.Os, package.Arch, package.Trust, package.Size, package.LastUsedAt }).ToList(),
                SignedBy = db.Proofs.Where(proof => proof.ProviderId == version.ProviderId && proof.Version == version.Version)
                    .OrderByDescending(proof => proof.VerifiedAt).Select(proof => proof.KeyOwner ?? proof.KeyFingerprint).FirstOrDefault(),
            })
            .AsSplitQuery()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var items = rows.Select(row => new VersionSummary(
            row.Id,
            Address(row.Hostname, row.Namespace, row.Type),
            ProviderVersion.Parse(row.Version),
            row.CreatedAt,
            new Principal(row.CreatedByKind, row.CreatedBy),
            row.Packages.Count == 0 ? null : row.Packages.Min(package => package.Trust),
            row.SignedBy,
            [.. row.Packages.Select(package => Platform.Parse($"{package.Os}_{package.Arch}")).Order()],
            row.Packages.Sum(package => package.Size),
            row.Packages.Max(package => package.LastUsedAt)));
        return new PageOf<VersionSummary>([.. items], total);
    }

    /// <summary>One stored version, or null.</summary>
    public async Task<VersionDetails?> FindVersionAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        (await FindVersionsAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    /// <summary>The stored versions of a provider, newest first.</summary>
    public Task<IReadOnlyList<VersionDetails>> FindVersionsAsync(long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken) =>
        FindVersionsAsync(rootGroupId, provider, null, cancellationToken);

    private async Task<IReadOnlyList<VersionDetails>> FindVersionsAsync(long rootGroupId, ProviderAddress provider, ProviderVersion? version, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = db.Versions.AsNoTracking().Where(Is(rootGroupId, provider));
        if (version is not null)
        {
            versions = versions.Where(row => row.Version == version.Value);
        }

        var rows = await versions
            .OrderByDescending(row => row.SortKey)
            .Select(row => new
            {
                Version = row,
                row.Packages,
                Proof = db.Proofs.Where(proof => proof.ProviderId == row.ProviderId && proof.Version == row.Version)
                    .OrderByDescending(proof => proof.VerifiedAt)
                    .Select(proof => new ProofSummary(proof.Trust, proof.KeyFingerprint, proof.KeyOwner, proof.KeyExpired, proof.KeyPinned, proof.VerifiedAt))
                    .FirstOrDefault(),
            })
            .AsSplitQuery()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new VersionDetails(
            row.Version.Id,
            rootGroupId,
            provider,
            ProviderVersion.Parse(row.Version.Version),
            row.Version.CreatedAt,
            new Principal(row.Version.CreatedByKind, row.Version.CreatedBy),
            [.. row.Packages.Select(Details).OrderBy(package => package.Platform)],
            row.Proof))];
    }

    internal static Expression<Func<VersionRow, bool>> Is(long rootGroupId, ProviderAddress provider)
    {
        string hostname = provider.Hostname.Value, @namespace = provider.Namespace, type = provider.Type;
        return row => row.Provider.RootGroupId == rootGroupId && row.Provider.Hostname == hostname
            && row.Provider.Namespace == @namespace && row.Provider.Type == type;
    }

    internal static ProviderAddress Address(string hostname, string @namespace, string type) =>
        ProviderAddress.Parse($"{hostname}/{@namespace}/{type}");

    private static PackageDetails Details(PackageRow package) => new(
        Platform.Parse($"{package.Os}_{package.Arch}"),
        Sha256Digest.Parse(package.Sha256),
        package.ContentHash is null ? null : PackageHash.Parse(package.ContentHash),
        package.Size,
        package.Trust,
        package.CachedAt,
        new Principal(package.CachedByKind, package.CachedBy),
        package.LastUsedAt,
        package.Downloads);

    private static IOrderedQueryable<VersionRow> Order(IQueryable<VersionRow> versions, VersionQuery query)
    {
        if (query.Sort == VersionSort.Provider)
        {
            var byAddress = query.Descending
                ? versions.OrderByDescending(version => version.Provider.Namespace).ThenByDescending(version => version.Provider.Type).ThenByDescending(version => version.Provider.Hostname)
                : versions.OrderBy(version => version.Provider.Namespace).ThenBy(version => version.Provider.Type).ThenBy(version => version.Provider.Hostname);
            return byAddress.ThenByDescending(version => version.SortKey);
        }

        var ordered = query.Sort switch
        {
            VersionSort.Version => Order(versions, version => version.SortKey, query.Descending),
            VersionSort.LastUsedAt => Order(versions, version => version.Packages.Max(package => package.LastUsedAt), query.Descending),
            VersionSort.Size => Order(versions, version => version.Packages.Sum(package => package.Size), query.Descending),
            _ => Order(versions, version => version.CreatedAt, query.Descending),
        };
        return ordered.ThenBy(version => version.Id);
    }

    private static IOrderedQueryable<VersionRow> Order<TKey>(IQueryable<VersionRow> versions, Expression<Func<VersionRow, TKey>> key, bool descending) =>
        descending ? versions.OrderByDescending(key) : versions.OrderBy(key);
}
