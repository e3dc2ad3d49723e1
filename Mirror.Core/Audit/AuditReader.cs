using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>
/// Reads audit events. Pages are keyed by id, not by offset, so the last page of a million events costs no more than the first.
/// </summary>
public sealed class AuditReader(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, DeniedRequestLog denied)
{
    private const string Escape = "\\";

    public async Task<AuditPage> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        // Include requests denied just now.
        await denied.FlushAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var rows = Filter(await WhereAsync(db.Audit.AsNoTracking(), query.Below, cancellationToken).ConfigureAwait(false), query);
        var found = await rows.OrderByDescending(row => row.Id).Take(query.Take + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var items = new List<AuditEvent>(found.Count);
        foreach (var row in found.Take(query.Take))
        {
            items.Add(await ReadAsync(row, cancellationToken).ConfigureAwait(false));
        }

        return new AuditPage(items, found.Count > query.Take ? items[^1].Id : null);
    }

    /// <summary>Like <see cref="ListAsync"/>, with one line for all events of a run: where the first matching one is.</summary>
    public async Task<AuditLines> ListLinesAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await denied.FlushAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var all = await WhereAsync(db.Audit.AsNoTracking(), query.Below, cancellationToken).ConfigureAwait(false);
        var matching = Filter(all, query with { Before = null, After = null });
        var first = Between(matching, query)
            .Where(row => row.Run == null || !matching.Any(other => other.Run == row.Run && other.Id < row.Id));
        var found = await first.OrderByDescending(row => row.Id).Take(query.Take + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var runs = await SummarizeAsync(all, [.. found.Select(row => row.Run).OfType<string>()], cancellationToken).ConfigureAwait(false);
        var items = new List<AuditLine>(found.Count);
        foreach (var row in found.Take(query.Take))
        {
            items.Add(row.Run is not null && runs.TryGetValue(row.Run, out var run)
                ? new AuditLine(row.Id, run.First, run.Run)
                : new AuditLine(row.Id, await ReadAsync(row, cancellationToken).ConfigureAwait(false), null));
        }

        return new AuditLines(items, found.Count > query.Take ? items[^1].Id : null);
    }

    /// <summary>The newest event of the instance; 0 without events.</summary>
    public async Task<long> FindNewestAsync(CancellationToken cancellationToken)
    {
        await denied.FlushAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        return await db.Audit.OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>When an event happened; null if no event has this id, or it was removed.</summary>
    public async Task<DateTimeOffset?> FindTimeAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Audit.Where(row => row.Id == id)
            .Select(row => (DateTimeOffset?)row.At)
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<IQueryable<AuditRow>> WhereAsync(
        IQueryable<AuditRow> rows, ResolvedNamespace? below, CancellationToken cancellationToken)
    {
        if (below is null)
        {
            return rows;
        }

        if (below.IsRoot)
        {
            return rows.Where(row => row.RootGroupId == below.RootGroupId);
        }

        long?[] ids = [.. (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(scope => scope.Ancestry.Contains(below.NamespaceId)).Select(scope => (long?)scope.NamespaceId)];
        return rows.Where(row => row.RootGroupId == below.RootGroupId && ids.Contains(row.NamespaceId));
    }

    private async Task<Dictionary<string, (AuditEvent First, AuditRun Run)>> SummarizeAsync(
        IQueryable<AuditRow> all, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var summaries = new Dictionary<string, (AuditEvent, AuditRun)>();
        if (names.Count == 0)
        {
            return summaries;
        }

        var counts = await all.Where(row => names.Contains(row.Run!))
            .GroupBy(row => new { row.Run, row.Action, row.Succeeded })
            .Select(group => new { group.Key, Count = group.Count(), First = group.Min(row => row.Id), Last = group.Max(row => row.Id) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var runs = counts.GroupBy(count => count.Key.Run!).ToList();
        var ends = runs.SelectMany(run => new[] { run.Min(count => count.First), run.Max(count => count.Last) }).ToList();
        var rows = await all.Where(row => ends.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        foreach (var run in runs)
        {
            // Events may have been removed in between.
            if (rows.TryGetValue(run.Min(count => count.First), out var first)
                && rows.TryGetValue(run.Max(count => count.Last), out var last))
            {
                summaries[run.Key] = (
                    await ReadAsync(first, cancellationToken).ConfigureAwait(false),
                    new AuditRun(
                        run.Key,
                        await ReadAsync(last, cancellationToken).ConfigureAwait(false),
                        [.. run.OrderBy(count => count.First)
                            .Select(count => new AuditCount(count.Key.Action, count.Key.Succeeded, count.Count))]));
            }
        }

        return summaries;
    }

    private static IQueryable<AuditRow> Between(IQueryable<AuditRow> rows, AuditQuery query)
    {
        if (query.Before is { } before)
        {
            rows = rows.Where(row => row.Id < before);
        }

        return query.After is { } after ? rows.Where(row => row.Id > after) : rows;
    }

    private static IQueryable<AuditRow> Filter(IQueryable<AuditRow> rows, AuditQuery query)
    {
        rows = Between(rows, query);
        if (query.Run is { } run)
        {
            rows = rows.Where(row => row.Run == run);
        }

        if (query.Principal is { } principal)
        {
            rows = rows.Where(row => row.Principal == principal);
        }

        if (query.Action is { } action)
        {
            rows = rows.Where(row => row.Action.StartsWith(action));
        }

        if (query.Succeeded is { } succeeded)
        {
            rows = rows.Where(row => row.Succeeded == succeeded);
        }

        if (query.Provider is { } provider)
        {
            string address = provider.ToString();
            rows = rows.Where(row => row.Provider == address);
        }

        if (query.Version?.Value is { } version)
        {
            rows = rows.Where(row => row.Version == version);
        }

        if (query.From is { } from)
        {
            rows = rows.Where(row => row.At >= from);
        }

        if (query.To is { } to)
        {
            rows = rows.Where(row => row.At < to);
        }

        foreach (string word in query.Text?.Words ?? [])
        {
            string pattern =
                $"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            rows = rows.Where(row => EF.Functions.Like(row.Target!.ToLower(), pattern, Escape)
                || EF.Functions.Like(row.Detail!.ToLower(), pattern, Escape)
                || EF.Functions.Like(row.Provider!, pattern, Escape) || EF.Functions.Like(row.Principal.ToLower(), pattern, Escape)
                || EF.Functions.Like(row.Action, pattern, Escape) || EF.Functions.Like(row.RemoteAddress!, pattern, Escape));
        }

        return rows;
    }

    private async ValueTask<AuditEvent> ReadAsync(AuditRow row, CancellationToken cancellationToken) => new(
        row.Id,
        row.At,
        (row.NamespaceId ?? row.RootGroupId) is { } id
            ? (await namespaces.FindAsync(id, cancellationToken).ConfigureAwait(false))?.Path.Value
            : null,
        row.Action,
        row.Succeeded,
        new Principal(row.PrincipalKind, row.Principal),
        row.RemoteAddress,
        row.Provider,
        row.Version,
        row.Platform,
        row.Target,
        row.Detail,
        row.Run);
}
