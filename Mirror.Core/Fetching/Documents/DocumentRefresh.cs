using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Drops what is cached of origins' documents for a namespace and what is below it; proofs and packages stay. Groups share
/// what was fetched, so that it is not deleted: what is older than the refresh is no answer any more where that was asked for,
/// and stays one everywhere else.
/// </summary>
public sealed class DocumentRefresh(
    IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, DocumentCache documents, ServiceDiscovery discovery, TimeProvider time)
{
    private const string Everything = "";

    // So that what another replica was told holds here as well.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private volatile Loaded? _loaded;
    private long _forgets;

    /// <summary>Raised with the root group after a refresh; handlers must be quick and not throw.</summary>
    public event Action<long>? Refreshed;

    /// <summary>The next request asks the origin, and nothing that it said before stands in for its answer.</summary>
    /// <param name="source">A provider or module; null: all of both.</param>
    public async Task ForgetAsync(MirrorScope scope, ISourceAddress? source, Principal by, CancellationToken cancellationToken)
    {
        string about = source?.ToString() ?? Everything;
        await databases.RetryAsync(async db =>
        {
            var rows = await db.DocumentRefreshes.Where(row => row.NamespaceId == scope.NamespaceId && (row.Source == about || source == null)).ToListAsync(cancellationToken).ConfigureAwait(false);
            var row = rows.Find(row => row.Source == about) ?? db.DocumentRefreshes.Add(new DocumentRefreshRow { NamespaceId = scope.NamespaceId, Source = about }).Entity;
            db.DocumentRefreshes.RemoveRange(rows.Where(other => other != row));
            row.At = time.GetUtcNow();
            db.Audit.Add(new AuditRow(row.At, "documents.refresh", by)
            {
                RootGroupId = scope.RootGroupId,
                NamespaceId = scope.NamespaceId,
                Provider = (source as ProviderAddress)?.ToString(),
                Target = source switch { null => "all providers and modules", ModuleAddress => about, _ => null },
            });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            if (source is null or ProviderAddress)
            {
                await QuarantineRows.ExpireAsync(db, scope.RootGroupId, source as ProviderAddress, cancellationToken).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        Interlocked.Increment(ref _forgets);
        _loaded = null;
        discovery.Expire(source?.Hostname);
        var below = (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(other => other.Ancestry.Contains(scope.NamespaceId)).Select(other => other.NamespaceId).ToHashSet();
        documents.Forget(scope.RootGroupId, below, source);
        Refreshed?.Invoke(scope.RootGroupId);
    }

    /// <summary>Since when documents about a provider or module must be, to be an answer in a namespace.</summary>
    internal async ValueTask<DateTimeOffset> SinceAsync(MirrorScope scope, ISourceAddress source, CancellationToken cancellationToken)
    {
        if (_loaded is not { } loaded || !loaded.At.IsWithin(MaxAge, time))
        {
            long forgets = Interlocked.Read(ref _forgets);
            var at = Moment.Now(time);
            loaded = new Loaded(await LoadAsync(at.At, cancellationToken).ConfigureAwait(false), at);
            _loaded = loaded;
            if (forgets != Interlocked.Read(ref _forgets))
            {
                // A refresh came in between: this one may not have seen it, the next one looks again.
                _loaded = null;
            }
        }

        var since = scope.DocumentsSince;
        if (loaded.Refreshes.Count > 0)
        {
            string about = source.ToString()!;
            foreach (long id in scope.Ancestry)
            {
                since = Later(since, loaded.Refreshes.GetValueOrDefault((id, about)));
                since = Later(since, loaded.Refreshes.GetValueOrDefault((id, Everything)));
            }
        }

        return since;
    }

    /// <summary>Whether an answer of an origin came after a refresh. One of the future is of before the clock was set back, and counts as older.</summary>
    /// <param name="since">When the refresh was; default: there was none.</param>
    internal static bool IsAfter(DateTimeOffset since, DateTimeOffset answered, DateTimeOffset now) => since == default || answered > since && answered <= now;

    /// <summary>
    /// A refresh of the future was made before the clock was set back. It is put at the present, so that the answers that
    /// follow come after it; the cost is that what it was followed by is asked for once more.
    /// </summary>
    private async Task<Dictionary<(long NamespaceId, string Source), DateTimeOffset>> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.DocumentRefreshes.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Exists(row => row.At > now))
        {
            await db.DocumentRefreshes.Where(row => row.At > now).ExecuteUpdateAsync(set => set.SetProperty(row => row.At, now), cancellationToken).ConfigureAwait(false);
        }

        return rows.ToDictionary(row => (row.NamespaceId, row.Source), row => row.At > now ? now : row.At);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed record Loaded(Dictionary<(long NamespaceId, string Source), DateTimeOffset> Refreshes, Moment At);
}
