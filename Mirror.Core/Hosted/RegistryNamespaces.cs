using System.Data;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>
/// Finds, creates and deletes registry namespaces. All of them are cached in memory with their public keys; changes by other replicas take
/// effect within a second.
/// </summary>
public sealed class RegistryNamespaces
{
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly NamespaceDirectory _namespaces;
    private readonly OwnHostnames _hostnames;
    private readonly TimeProvider _time;
    private readonly ReadThroughCache<ValueTuple, Loaded> _loaded;

    public RegistryNamespaces(
        IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, OwnHostnames hostnames, TimeProvider time)
    {
        (_databases, _namespaces, _hostnames, _time) = (databases, namespaces, hostnames, time);
        _loaded = new((_, cancellationToken) => LoadAsync(cancellationToken));
        // A root group may have been renamed or deleted, or another replica may have changed a registry namespace.
        namespaces.Changed += () => _loaded.Clear();
    }

    /// <summary>The registry namespace with a name, of any root group, or null.</summary>
    public async ValueTask<RegistryNamespace?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!.ByName.GetValueOrDefault(name);

    /// <summary>Those of a root group, by name.</summary>
    public async ValueTask<IReadOnlyList<RegistryNamespace>> ListAsync(long rootGroupId, CancellationToken cancellationToken) =>
        (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!.ByRootGroup.TryGetValue(rootGroupId, out var found)
            ? found
            : [];

    /// <returns>Null if a root group already has the name.</returns>
    public async Task<RegistryNamespace?> CreateAsync(
        long rootGroupId, string name, Principal by, CancellationToken cancellationToken)
    {
        bool isCreated = await _databases.RetryAsync(async db =>
        {
            if (await db.RegistryNamespaces.AnyAsync(row => row.Name == name, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            var now = _time.GetUtcNow();
            db.RegistryNamespaces.Add(new RegistryNamespaceRow { RootGroupId = rootGroupId, Name = name, CreatedAt = now, CreatedBy = by.Name });
            db.Audit.Add(new AuditRow(now, "registry-namespace.create", by) { RootGroupId = rootGroupId, Target = name });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        if (!isCreated)
        {
            return null;
        }

        Invalidate();
        return await FindAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an empty registry namespace with its keys.</summary>
    public async Task<RegistryNamespaceDeletion> DeleteAsync(
        long rootGroupId, string name, Principal by, CancellationToken cancellationToken)
    {
        var outcome = await _databases.RetryAsync(async db =>
        {
            // Otherwise a concurrent publication could add to what is being deleted.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken)
                .ConfigureAwait(false);
            var row = await db.RegistryNamespaces
                .SingleOrDefaultAsync(x => x.RootGroupId == rootGroupId && x.Name == name, cancellationToken)
                .ConfigureAwait(false);
            if (row is null)
            {
                return RegistryNamespaceDeletion.NotFound;
            }

            if (await IsInUseAsync(db, row, cancellationToken).ConfigureAwait(false))
            {
                return RegistryNamespaceDeletion.InUse;
            }

            db.RegistryNamespaces.Remove(row);
            db.Audit.Add(new AuditRow(_time.GetUtcNow(), "registry-namespace.delete", by) { RootGroupId = rootGroupId, Target = name });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return RegistryNamespaceDeletion.Deleted;
        }).ConfigureAwait(false);
        if (outcome == RegistryNamespaceDeletion.Deleted)
        {
            Invalidate();
        }

        return outcome;
    }

    /// <summary>Checks in the caller's transaction that a registry namespace still exists.</summary>
    /// <exception cref="RegistryNamespaceMissingException">It has been deleted.</exception>
    internal static async Task RequireAsync(MirrorDbContext db, RegistryNamespace target, CancellationToken cancellationToken)
    {
        if (!await db.RegistryNamespaces.AnyAsync(
            row => row.Id == target.Id && row.RootGroupId == target.RootGroupId, cancellationToken).ConfigureAwait(false))
        {
            throw new RegistryNamespaceMissingException($"The registry namespace '{target.Name}' has just been deleted.");
        }
    }

    /// <summary>Clears the caches of everything that depends on registry namespaces and their keys, after one has changed.</summary>
    internal void Invalidate() => _namespaces.Invalidate();

    /// <summary>Whether providers, modules, their Git repositories or routes belong to it.</summary>
    private async Task<bool> IsInUseAsync(MirrorDbContext db, RegistryNamespaceRow row, CancellationToken cancellationToken)
    {
        string? hostname = _hostnames.Current?.Value;
        return await db.Versions.AnyAsync(
                x => x.Provider.Hostname == hostname && x.Provider.Namespace == row.Name, cancellationToken).ConfigureAwait(false)
            || await db.ModulePackages.AnyAsync(x => x.Hostname == hostname && x.Namespace == row.Name, cancellationToken).ConfigureAwait(false)
            || await db.ModuleSources.AnyAsync(x => x.NamespaceId == row.Id, cancellationToken).ConfigureAwait(false)
            || await db.HostedRoutes.AnyAsync(x => x.TargetId == row.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Loaded?> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var paths = await db.Namespaces.AsNoTracking()
            .Where(row => row.Id == row.RootGroupId)
            .ToDictionaryAsync(row => row.Id, row => NamespacePath.Parse(row.Path), cancellationToken)
            .ConfigureAwait(false);
        var keys = await db.PublishingKeys.AsNoTracking()
            .OrderBy(row => row.AddedAt)
            .ThenBy(row => row.Id)
            .Select(row => new
            {
                row.NamespaceId,
                Key = new PublishingKey(
                    row.Fingerprint,
                    row.Owner,
                    row.Algorithm,
                    row.State,
                    row.Secret != null,
                    row.AddedAt,
                    row.AddedBy,
                    row.ChangedAt,
                    row.Reason)
                {
                    AsciiArmor = row.AsciiArmor,
                },
            })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var rows = await db.RegistryNamespaces.AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byNamespace = keys.ToLookup(key => key.NamespaceId, key => key.Key);
        List<RegistryNamespace> all = [.. rows
            .Where(row => paths.ContainsKey(row.RootGroupId))
            .Select(row => new RegistryNamespace(
                row.Name, paths[row.RootGroupId], row.CreatedAt, row.CreatedBy, [.. byNamespace[row.Id]])
            {
                Id = row.Id,
                RootGroupId = row.RootGroupId,
            })];
        return new Loaded(
            all.ToDictionary(item => item.Name),
            all.GroupBy(item => item.RootGroupId).ToDictionary(group => group.Key, group => (IReadOnlyList<RegistryNamespace>)[.. group]));
    }

    private sealed record Loaded(
        Dictionary<string, RegistryNamespace> ByName, Dictionary<long, IReadOnlyList<RegistryNamespace>> ByRootGroup);
}

/// <summary>A registry namespace was deleted while something was published into it.</summary>
public sealed class RegistryNamespaceMissingException(string message) : Exception(message);
