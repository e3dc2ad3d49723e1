using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>Lists and changes the routes of root groups. Requests find them in <see cref="ResolvedNamespace.FindRoute"/>.</summary>
public sealed class HostedRoutes(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, TimeProvider time)
{
    public async Task<IReadOnlyList<HostedRoute>> ListAsync(long rootGroupId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.HostedRoutes.AsNoTracking()
            .Include(row => row.Target)
            .Where(row => row.RootGroupId == rootGroupId)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => RouteOf(row, row.Target.Name)).OrderBy(route => route.Source.ToString(), StringComparer.Ordinal)];
    }

    /// <param name="target">A registry namespace of the root group.</param>
    /// <returns>Null if the source has a route already.</returns>
    public async Task<HostedRoute?> AddAsync(
        long rootGroupId, RouteSource source, RegistryNamespace target, Principal by, CancellationToken cancellationToken)
    {
        var added = await databases.RetryAsync(async db =>
        {
            if (await Find(db, rootGroupId, source).AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            var row = db.HostedRoutes.Add(new HostedRouteRow
            {
                RootGroupId = rootGroupId,
                Hostname = source.Hostname.Value,
                Namespace = source.Namespace,
                TargetId = target.Id,
                CreatedAt = time.GetUtcNow(),
                CreatedBy = by.Name,
            }).Entity;
            db.Audit.Add(Event(row.CreatedAt, "route.add", rootGroupId, source, target.Name, by));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return RouteOf(row, target.Name);
        }).ConfigureAwait(false);
        if (added is not null)
        {
            namespaces.Invalidate();
        }

        return added;
    }

    /// <returns>False if the source has no route.</returns>
    public async Task<bool> RemoveAsync(long rootGroupId, RouteSource source, Principal by, CancellationToken cancellationToken)
    {
        bool removed = await databases.RetryAsync(async db =>
        {
            var row = await Find(db, rootGroupId, source).Include(row => row.Target).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                return false;
            }

            db.HostedRoutes.Remove(row);
            db.Audit.Add(Event(time.GetUtcNow(), "route.remove", rootGroupId, source, row.Target.Name, by));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        if (removed)
        {
            namespaces.Invalidate();
        }

        return removed;
    }

    private static IQueryable<HostedRouteRow> Find(MirrorDbContext db, long rootGroupId, RouteSource source)
    {
        string hostname = source.Hostname.Value, name = source.Namespace;
        return db.HostedRoutes.Where(row => row.RootGroupId == rootGroupId && row.Hostname == hostname && row.Namespace == name);
    }

    private static HostedRoute RouteOf(HostedRouteRow row, string target) =>
        new(new RouteSource(ProviderHostname.Parse(row.Hostname), row.Namespace), target, row.CreatedAt, row.CreatedBy);

    private static AuditRow Event(DateTimeOffset at, string action, long rootGroupId, RouteSource source, string target, Principal by) =>
        new(at, action, by) { RootGroupId = rootGroupId, Target = $"{source} → {target}" };
}
