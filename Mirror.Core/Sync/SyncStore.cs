using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Sync;

/// <summary>Stores sync tasks in the database.</summary>
public sealed class SyncStore(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces)
{
    internal async Task<long> AddAsync(
        ResolvedNamespace scope, SyncRequest request, Principal by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var row = db.SyncTasks.Add(new SyncTaskRow
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Request = JsonSerializer.Serialize(request, SyncJson.Default.SyncRequest),
            State = SyncState.Queued,
            CreatedAt = at,
            CreatedBy = by.Name,
            CreatedByKind = by.Kind,
        }).Entity;
        // Save first: the audit event contains the id of the task.
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.Audit.Add(new AuditRow(at, "sync.start", by with { Run = SyncTask.RunOf(row.Id) })
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = string.Create(CultureInfo.InvariantCulture, $"sync {row.Id}"),
            Detail = string.Join(", ", request.Providers.Select(item => $"{item.Provider} {item.Versions?.ToString() ?? "latest"}")),
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return row.Id;
    }

    /// <summary>The tasks that a server shutdown interrupted.</summary>
    internal async Task<IReadOnlyList<(
        SyncTaskRow Row, ResolvedNamespace Scope, SyncRequest Request)>> FindUnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.SyncTasks.AsNoTracking()
            .Where(row => row.State == SyncState.Queued || row.State == SyncState.Running)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var found = new List<(SyncTaskRow, ResolvedNamespace, SyncRequest)>();
        foreach (var row in rows)
        {
            if (await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false) is { } scope)
            {
                found.Add((row, scope, Restore(row)));
            }
        }

        return found;
    }

    internal async Task BeginAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await db.SyncTasks.Where(row => row.Id == id && row.State == SyncState.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, SyncState.Running), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records the end of a task, with its audit event.</summary>
    /// <param name="by">The principal that cancelled the task, otherwise its owner.</param>
    /// <returns>False if the task had already ended or was deleted with its group.</returns>
    internal async Task<bool> EndAsync(
        SyncTask task, SyncState state, string? error, Principal by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        int ended = await db.SyncTasks.Where(row => row.Id == task.Id && (row.State == SyncState.Queued || row.State == SyncState.Running))
            .ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.Error, error).SetProperty(row => row.EndedAt, at),
            cancellationToken).ConfigureAwait(false);
        if (ended == 0)
        {
            return false;
        }

        db.Audit.Add(new AuditRow(at, state == SyncState.Cancelled ? "sync.cancel" : "sync.end", by with { Run = SyncTask.RunOf(task.Id) })
        {
            RootGroupId = task.Scope.RootGroupId,
            NamespaceId = task.Scope.NamespaceId,
            Succeeded = state is not (SyncState.Failed or SyncState.Stale),
            Target = string.Create(CultureInfo.InvariantCulture, $"sync {task.Id}"),
            Detail = error ?? task.Progress,
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Records the packages of a task; replaces those of an earlier run.</summary>
    internal async Task SetPackagesAsync(long id, IReadOnlyList<SyncPackage> packages, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await db.SyncPackages.Where(row => row.TaskId == id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var rows = packages.Select(package => new SyncPackageRow
        {
            TaskId = id,
            Provider = package.Provider.ToString(),
            Version = package.Version.Value,
            Platform = package.Platform.Value,
            State = package.State,
            Error = package.Error,
        }).ToList();
        db.SyncPackages.AddRange(rows);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (package, row) in packages.Zip(rows))
        {
            package.RowId = row.Id;
        }
    }

    internal async Task SetPackageAsync(SyncPackage package, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        long size = package.Size ?? 0;
        await db.SyncPackages.Where(row => row.Id == package.RowId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, package.State)
                .SetProperty(row => row.Error, package.Error)
                .SetProperty(row => row.Size, size),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The stored state of a task, or null.</summary>
    public async Task<SyncStatus?> FindAsync(long rootGroupId, long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var row = await db.SyncTasks.AsNoTracking()
            .Include(x => x.Packages)
            .SingleOrDefaultAsync(x => x.Id == id && x.RootGroupId == rootGroupId, cancellationToken)
            .ConfigureAwait(false);
        return row is null ? null : await StatusAsync(row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tasks of a root group, newest first.</summary>
    public async Task<IReadOnlyList<SyncStatus>> ListAsync(long rootGroupId, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.SyncTasks.AsNoTracking()
            .Include(x => x.Packages)
            .Where(x => x.RootGroupId == rootGroupId)
            .OrderByDescending(x => x.Id)
            .Take(take)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var list = new List<SyncStatus>();
        foreach (var row in rows)
        {
            list.Add(await StatusAsync(row, cancellationToken).ConfigureAwait(false));
        }

        return list;
    }

    /// <summary>The tasks of a root group without their packages, newest first.</summary>
    public async Task<Page<SyncSummary>> SummarizeAsync(long rootGroupId, int skip, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var tasks = db.SyncTasks.AsNoTracking().Where(row => row.RootGroupId == rootGroupId);
        int total = await tasks.CountAsync(cancellationToken).ConfigureAwait(false);
        var rows = await tasks.OrderByDescending(row => row.Id).Skip(skip).Take(take).ToListAsync(cancellationToken).ConfigureAwait(false);
        var ids = rows.Select(row => row.Id).ToList();
        var counts = await db.SyncPackages.Where(row => ids.Contains(row.TaskId))
            .GroupBy(row => new { row.TaskId, row.State })
            .Select(group => new { group.Key.TaskId, group.Key.State, Count = group.Count(), Size = group.Sum(row => row.Size) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var byTask = counts.ToLookup(count => count.TaskId);
        var items = new List<SyncSummary>();
        foreach (var row in rows)
        {
            items.Add(new SyncSummary(
                row.Id,
                await PathOfAsync(row, cancellationToken).ConfigureAwait(false),
                row.State,
                row.Error,
                row.CreatedAt,
                new Principal(row.CreatedByKind, row.CreatedBy),
                row.EndedAt,
                byTask[row.Id].ToDictionary(count => count.State, count => count.Count),
                byTask[row.Id].Where(count => count.State == SyncPackageState.Fetched).Sum(count => count.Size))
            {
                Request = Restore(row),
            });
        }

        return new Page<SyncSummary>(items, total);
    }

    private static SyncRequest Restore(SyncTaskRow row) => JsonSerializer.Deserialize(row.Request, SyncJson.Default.SyncRequest)!;

    private async ValueTask<NamespacePath> PathOfAsync(SyncTaskRow row, CancellationToken cancellationToken) =>
        (await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false))?.Path ?? NamespacePath.Default;

    private async ValueTask<SyncStatus> StatusAsync(SyncTaskRow row, CancellationToken cancellationToken) =>
        new(
            row.Id,
            await PathOfAsync(row, cancellationToken).ConfigureAwait(false),
            row.State,
            row.Error,
            row.CreatedAt,
            new Principal(row.CreatedByKind, row.CreatedBy),
            row.EndedAt,
            [.. row.Packages.OrderBy(package => package.Id).Select(package => new SyncPackageStatus(
                ProviderAddress.Parse(package.Provider),
                ProviderVersion.Parse(package.Version),
                Platform.Parse(package.Platform),
                package.State,
                package.State is SyncPackageState.Fetched or SyncPackageState.Present ? package.Size : 0,
                package.Size == 0 ? null : package.Size,
                package.Error))])
        {
            Request = Restore(row),
        };
}
