using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>Finds namespaces by path. All namespaces are cached in memory; changes by other replicas take effect within a second.</summary>
public class NamespaceDirectory
{
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly MirrorOptions _options;
    private readonly ReplicaChanges _replicas;
    private readonly ReadThroughCache<ValueTuple, Loaded> _loaded;

    public NamespaceDirectory(IDbContextFactory<MirrorDbContext> databases, MirrorOptions options, TimeProvider time)
    {
        (_databases, _options, _replicas) = (databases, options, new ReplicaChanges(databases, time));
        _loaded = new((_, cancellationToken) => LoadAsync(cancellationToken));
    }

    /// <summary>
    /// Raised after a change to namespaces or their policies, variables or federated registries, on this or another replica. Handlers must
    /// be fast and must not throw.
    /// </summary>
    public event Action? Changed;

    /// <summary>The group or workspace at the path, or null.</summary>
    public virtual async ValueTask<ResolvedNamespace?> FindAsync(NamespacePath path, CancellationToken cancellationToken)
    {
        var loaded = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        return loaded.ByPath.GetValueOrDefault(path.Value);
    }

    public virtual async ValueTask<ResolvedNamespace?> FindAsync(long namespaceId, CancellationToken cancellationToken)
    {
        var loaded = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        return loaded.ById.GetValueOrDefault(namespaceId);
    }

    /// <summary>
    /// Whether nothing that affects what a namespace serves has changed since it was resolved, as far as is known in memory.
    /// </summary>
    public virtual bool IsCurrent(ResolvedNamespace resolved) =>
        _loaded.TryGet(default, out var loaded)
        && loaded.ById.TryGetValue(resolved.NamespaceId, out var current)
        && (current.Path, current.AutomaticCaching, current.AnonymousRead)
            == (resolved.Path, resolved.AutomaticCaching, resolved.AnonymousRead);

    /// <summary>All groups and workspaces, by path.</summary>
    public async ValueTask<IReadOnlyList<ResolvedNamespace>> ListAsync(CancellationToken cancellationToken) =>
        (await CurrentAsync(cancellationToken).ConfigureAwait(false)).All;

    /// <summary>Clears the cache after a namespace was changed.</summary>
    public void Invalidate()
    {
        _loaded.Clear();
        Changed?.Invoke();
    }

    private async ValueTask<Loaded> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_loaded.TryGet(default, out var loaded))
        {
            if (!await _replicas.AnyAsync().ConfigureAwait(false))
            {
                return loaded;
            }

            Invalidate();
        }

        return (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<Loaded?> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await _replicas.CatchUpAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = await db.Namespaces.AsNoTracking().ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        var routes = (await db.HostedRoutes.AsNoTracking()
            .Select(row => new { row.RootGroupId, row.Hostname, row.Namespace, Target = row.Target.Name })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false))
            .GroupBy(row => row.RootGroupId)
            .ToDictionary(
                group => group.Key, group => group.ToFrozenDictionary(row => (ProviderHostname.Parse(row.Hostname), row.Namespace), row => row.Target));
        List<ResolvedNamespace> scopes = [.. rows.Values.Select(row => Scope(row, rows) with { Routes = routes.GetValueOrDefault(row.RootGroupId) })
            .OrderBy(scope => scope.Path.Value, StringComparer.Ordinal)];
        return new Loaded(scopes, scopes.ToDictionary(scope => scope.Path.Value), scopes.ToDictionary(scope => scope.NamespaceId));
    }

    private ResolvedNamespace Scope(NamespaceRow row, Dictionary<long, NamespaceRow> rows)
    {
        List<NamespaceRow> ancestry = [.. Ancestry(row, rows)];
        var decides = ancestry.Find(ancestor => ancestor.AutomaticCaching is not null);
        return new ResolvedNamespace(
            row.Id,
            NamespacePath.Parse(row.Path),
            row.RootGroupId,
            decides?.AutomaticCaching ?? false,
            rows[row.RootGroupId].AnonymousRead ?? (row.RootGroupId == MirrorDbContext.DefaultGroupId && _options.Auth.AnonymousRead))
        {
            Ancestry = [.. ancestry.Select(ancestor => ancestor.Id)],
            Kind = row.Kind,
            AutomaticCachingFrom = decides is null ? null : NamespacePath.Parse(decides.Path),
        };
    }

    private static IEnumerable<NamespaceRow> Ancestry(NamespaceRow row, Dictionary<long, NamespaceRow> rows)
    {
        for (NamespaceRow? current = row; current is not null; current = current.ParentId is { } parent ? rows[parent] : null)
        {
            yield return current;
        }
    }

    private sealed record Loaded(
        IReadOnlyList<ResolvedNamespace> All, Dictionary<string, ResolvedNamespace> ByPath, Dictionary<long, ResolvedNamespace> ById);
}
