using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>Reads and changes the deprecations of providers and modules. They are cached; changes by other replicas take effect within a second.</summary>
public sealed class Deprecations
{
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly CatalogChanges _changes;
    private readonly TimeProvider _time;
    private readonly ReadThroughCache<(long RootGroupId, ISourceAddress Source), DeprecationList> _lists;

    public Deprecations(
        IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, CatalogChanges changes, TimeProvider time)
    {
        (_databases, _changes, _time) = (databases, changes, time);
        _lists = new(ReadAsync, about: key => key);
        namespaces.Changed += () => _lists.Clear();
        // Deleting a version deletes its deprecation.
        changes.Changed += change =>
        {
            if (!change.LeavesPackages)
            {
                _lists.Forget(change.RootGroupId, change.Source);
            }
        };
    }

    /// <summary>Those of a provider or module and of all its versions.</summary>
    /// <param name="source">With the current own hostname.</param>
    public async ValueTask<DeprecationList> FindAsync(long rootGroupId, ISourceAddress source, CancellationToken cancellationToken) =>
        (await _lists.GetAsync((rootGroupId, source), cancellationToken).ConfigureAwait(false))!;

    /// <param name="version">Null for all versions.</param>
    /// <returns>Null if the root group stores no such provider, module or version.</returns>
    public Task<Deprecation?> SetAsync(
        long rootGroupId,
        ISourceAddress source,
        ProviderVersion? version,
        NewDeprecation deprecation,
        Principal by,
        CancellationToken cancellationToken) => _databases.RetryAsync(async db =>
    {
        if (!await ExistsAsync(db, rootGroupId, source, version, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var row = await Rows(db, rootGroupId, source, version).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? db.Deprecations.Add(new DeprecationRow
            {
                RootGroupId = rootGroupId,
                Source = $"{source}",
                Version = version?.Value ?? "",
                Message = "",
                CreatedBy = "",
            }).Entity;
        (row.Message, row.Link) = (deprecation.Message, deprecation.Link);
        (row.CreatedAt, row.CreatedBy) = (_time.GetUtcNow(), by.Name);
        await SaveAsync(db, rootGroupId, source, version, "deprecation.set", deprecation.Message, by, cancellationToken).ConfigureAwait(false);
        return Shown(row);
    });

    /// <returns>False if there is no such deprecation.</returns>
    public Task<bool> RemoveAsync(
        long rootGroupId, ISourceAddress source, ProviderVersion? version, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await Rows(db, rootGroupId, source, version).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.Deprecations.Remove(row);
        await SaveAsync(db, rootGroupId, source, version, "deprecation.remove", null, by, cancellationToken).ConfigureAwait(false);
        return true;
    });

    private static IQueryable<DeprecationRow> Rows(MirrorDbContext db, long rootGroupId, ISourceAddress source, ProviderVersion? version)
    {
        string address = $"{source}", number = version?.Value ?? "";
        return db.Deprecations.Where(row => row.RootGroupId == rootGroupId && row.Source == address && row.Version == number);
    }

    private static Task<bool> ExistsAsync(
        MirrorDbContext db, long rootGroupId, ISourceAddress source, ProviderVersion? version, CancellationToken cancellationToken)
    {
        string? number = version?.Value;
        string hostname = source.Hostname.Value;
        return source switch
        {
            ProviderAddress provider => db.Versions.AnyAsync(
                row => row.Provider.RootGroupId == rootGroupId
                    && row.Provider.Hostname == hostname
                    && row.Provider.Namespace == provider.Namespace
                    && row.Provider.Type == provider.Type
                    && (number == null || row.Version == number),
                cancellationToken),
            ModuleAddress module => db.ModulePackages.AnyAsync(
                row => row.RootGroupId == rootGroupId
                    && row.Hostname == hostname
                    && row.Namespace == module.Namespace
                    && row.Name == module.Name
                    && row.System == module.System
                    && (number == null || row.Version == number),
                cancellationToken),
            _ => Task.FromResult(false),
        };
    }

    internal static Deprecation Shown(DeprecationRow row) => new(
        row.Source,
        row.Version.Length == 0 ? null : ProviderVersion.Parse(row.Version),
        row.Message,
        row.Link,
        row.CreatedAt,
        row.CreatedBy);

    private async Task SaveAsync(
        MirrorDbContext db,
        long rootGroupId,
        ISourceAddress source,
        ProviderVersion? version,
        string action,
        string? detail,
        Principal by,
        CancellationToken cancellationToken)
    {
        db.Audit.Add(new AuditRow(_time.GetUtcNow(), action, by)
        {
            RootGroupId = rootGroupId,
            Provider = source is ProviderAddress ? $"{source}" : null,
            Target = source is ProviderAddress ? null : $"{source}",
            Version = version?.Value,
            Detail = detail,
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        _lists.Forget(rootGroupId, source);
        // Documents contain the deprecations; the packages are the same.
        _changes.Publish(new CatalogChange(rootGroupId, source) { LeavesPackages = true });
    }

    private async Task<DeprecationList?> ReadAsync((long RootGroupId, ISourceAddress Source) key, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string address = $"{key.Source}";
        var rows = await db.Deprecations.AsNoTracking()
            .Where(row => row.RootGroupId == key.RootGroupId && row.Source == address)
            .OrderBy(row => row.Version)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return rows.Count == 0 ? DeprecationList.None : new DeprecationList([.. rows.Select(Shown)]);
    }
}
