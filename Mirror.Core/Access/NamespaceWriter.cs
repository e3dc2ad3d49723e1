using System.Data;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>Creates, renames and deletes groups and workspaces, and changes their settings, each with an audit event.</summary>
public sealed class NamespaceWriter(
    IDbContextFactory<MirrorDbContext> databases,
    StoredBlobs blobs,
    CatalogChanges catalogChanges,
    NamespaceDirectory namespaces,
    AccessChanges access,
    TimeProvider time)
{
    /// <summary>A new root group fetches nothing and can only be read by its members, until its settings are changed.</summary>
    public async Task<CreateOutcome> CreateAsync(NamespacePath path, NamespaceKind kind, Principal by, CancellationToken cancellationToken)
    {
        if (path.IsRoot && kind == NamespaceKind.Workspace)
        {
            return CreateOutcome.NeedsAGroup;
        }

        try
        {
            if (await InsertAsync(path, kind, by, cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }
        }
        catch (DbUpdateException e) when (ConcurrentChanges.Caused(e))
        {
            // A concurrent request created the same namespace, or deleted its parent.
            await using var db = databases.CreateDbContext();
            return await db.Namespaces.AnyAsync(row => row.Path == path.Value, cancellationToken).ConfigureAwait(false)
                ? CreateOutcome.AlreadyExists
                : CreateOutcome.ParentMissing;
        }

        namespaces.Invalidate();
        return CreateOutcome.Created;
    }

    /// <summary>Renames a namespace; the paths of all namespaces below it change too.</summary>
    /// <param name="renamed">The path with the new name, see <see cref="NamespacePath.TryRename"/>.</param>
    public async Task<RenameOutcome> RenameAsync(
        NamespacePath path, NamespacePath renamed, Principal by, CancellationToken cancellationToken)
    {
        if (renamed.Parent != path.Parent)
        {
            throw new ArgumentException($"'{renamed}' has another parent than '{path}'.", nameof(renamed));
        }

        if (path == NamespacePath.Default)
        {
            return RenameOutcome.IsDefault;
        }

        await using var db = databases.CreateDbContext();
        var rows = await FindTreeAsync(db, path, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return RenameOutcome.NotFound;
        }

        foreach (var row in rows)
        {
            row.Path = renamed.Value + row.Path[path.Value.Length..];
        }

        db.Audit.Add(Event(rows[0], "rename", by, renamed, $"Renamed from {path}."));
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException)
        {
            return RenameOutcome.NotFound;
        }
        catch (DbUpdateException e) when (ConcurrentChanges.Caused(e))
        {
            return RenameOutcome.AlreadyExists;
        }

        PublishChange();
        return RenameOutcome.Renamed;
    }

    /// <summary>
    /// Deletes a namespace with its members, service accounts and variables, and a root group with all its stored content.
    /// </summary>
    /// <param name="force">Delete it even if it is not empty.</param>
    public async Task<DeleteOutcome> DeleteAsync(NamespacePath path, bool force, Principal by, CancellationToken cancellationToken)
    {
        if (path == NamespacePath.Default)
        {
            return DeleteOutcome.IsDefault;
        }

        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken).ConfigureAwait(false);
        var rows = await FindTreeAsync(db, path, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return DeleteOutcome.NotFound;
        }

        var stored = path.IsRoot ? db.Versions.Where(version => version.Provider.RootGroupId == rows[0].Id) : db.Versions.Where(_ => false);
        var modules = db.ModulePackages.Where(module => module.RootGroupId == rows[0].Id);
        if (!force
        && (rows.Count > 1
            || await stored.AnyAsync(cancellationToken).ConfigureAwait(false)
            || await modules.AnyAsync(cancellationToken).ConfigureAwait(false)))
        {
            return DeleteOutcome.NotEmpty;
        }

        var digests = await stored.SelectMany(version => version.Packages)
            .Select(package => package.Sha256)
            .Union(modules.Select(module => module.Sha256))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var providers = path.IsRoot
            ? await db.Providers.AsNoTracking()
                .Where(provider => provider.RootGroupId == rows[0].Id)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false)
            : [];
        // The database deletes dependent rows, but never a group that is not empty.
        foreach (long id in rows.OrderByDescending(row => row.Path.Count(c => c == '/')).Select(row => row.Id))
        {
            await db.Namespaces.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        db.Audit.Add(
            Event(
                rows[0], "delete", by, path, rows.Count == 1 ? null : $"With {string.Join(", ", rows.Skip(1).Select(row => row.Path))}."));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        PublishChange();
        foreach (var provider in providers)
        {
            catalogChanges.Publish(
                new CatalogChange(provider.RootGroupId, CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type)));
        }

        foreach (string digest in digests)
        {
            // The operation completes even if the caller has disconnected.
            await blobs.RemoveUnusedAsync(Sha256Digest.Parse(digest), CancellationToken.None).ConfigureAwait(false);
        }

        return DeleteOutcome.Deleted;
    }

    /// <param name="automaticCaching">Null to leave it unchanged.</param>
    /// <param name="anonymousRead">Only for root groups; null to leave it unchanged.</param>
    public Task<SettingsOutcome> ChangeSettingsAsync(
        NamespacePath path, CachingSetting? automaticCaching, bool? anonymousRead, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.Namespaces.SingleOrDefaultAsync(x => x.Path == path.Value, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return SettingsOutcome.NotFound;
        }

        if (anonymousRead is not null && (row.Id != row.RootGroupId || row.Id == MirrorDbContext.DefaultGroupId))
        {
            return row.Id == MirrorDbContext.DefaultGroupId ? SettingsOutcome.FollowsConfiguration : SettingsOutcome.NotARootGroup;
        }

        var changed = new List<string>();
        if (automaticCaching is { } setting)
        {
            row.AutomaticCaching = setting == CachingSetting.Inherit ? null : setting == CachingSetting.On;
            changed.Add($"automatic caching {Word(row.AutomaticCaching)}");
        }

        if (anonymousRead is { } read)
        {
            row.AnonymousRead = read;
            changed.Add($"anonymous read {Word(read)}");
        }

        if (!db.ChangeTracker.HasChanges())
        {
            return SettingsOutcome.Changed;
        }

        db.Audit.Add(new AuditRow(time.GetUtcNow(), "settings.change", by)
        {
            RootGroupId = row.RootGroupId,
            NamespaceId = row.Id,
            Target = row.Path,
            Detail = string.Join(", ", changed),
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        namespaces.Invalidate();
        return SettingsOutcome.Changed;
    });

    private async Task<CreateOutcome?> InsertAsync(
        NamespacePath path, NamespaceKind kind, Principal by, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken).ConfigureAwait(false);
        string? above = path.Parent?.Value;
        var parent = above is null
            ? null
            : await db.Namespaces.AsNoTracking().SingleOrDefaultAsync(row => row.Path == above, cancellationToken).ConfigureAwait(false);
        if (above is not null && parent is not { Kind: NamespaceKind.Group })
        {
            return parent is null ? CreateOutcome.ParentMissing : CreateOutcome.ParentIsWorkspace;
        }

        var row = db.Namespaces.Add(new NamespaceRow
        {
            ParentId = parent?.Id,
            RootGroupId = parent?.RootGroupId ?? 0,
            Kind = kind,
            Path = path.Value,
            AutomaticCaching = parent is null ? false : null,
            AnonymousRead = parent is null ? false : null,
            CreatedAt = time.GetUtcNow(),
        }).Entity;
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        row.RootGroupId = parent?.RootGroupId ?? row.Id;
        db.Audit.Add(Event(row, "create", by, path, null));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>The namespace and all namespaces below it, itself first; empty if it does not exist.</summary>
    private static async Task<List<NamespaceRow>> FindTreeAsync(MirrorDbContext db, NamespacePath path, CancellationToken cancellationToken)
    {
        if (await db.Namespaces.SingleOrDefaultAsync(row => row.Path == path.Value, cancellationToken).ConfigureAwait(false) is not { } top)
        {
            return [];
        }

        var family = await db.Namespaces.Where(row => row.RootGroupId == top.RootGroupId)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. family.Where(row => path.Contains(NamespacePath.Parse(row.Path))).OrderBy(row => row.Path, StringComparer.Ordinal)];
    }

    private void PublishChange()
    {
        namespaces.Invalidate();
        // The names of service accounts include their namespace, and they are deleted with it.
        access.Publish();
    }

    private static string Word(bool? on) => on switch
    {
        null => "inherited",
        true => "on",
        false => "off",
    };

    private AuditRow Event(NamespaceRow row, string verb, Principal by, NamespacePath path, string? detail) =>
        new(time.GetUtcNow(), $"{(row.Kind == NamespaceKind.Group ? "group" : "workspace")}.{verb}", by)
        {
            RootGroupId = row.RootGroupId,
            NamespaceId = row.Id,
            Target = path.Value,
            Detail = detail,
        };
}
