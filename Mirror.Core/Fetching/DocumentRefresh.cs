using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

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
        }).ConfigureAwait(false);
        Interlocked.Increment(ref _forgets);
        _loaded = null;
        discovery.Expire(source?.Hostname);
        var below = (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(other => other.Ancestry.Contains(scope.NamespaceId)).Select(other => other.NamespaceId).ToHashSet();
        documents.Forget(below, source);
    }

    /// <summary>Since when documents about a provider or module must be, to be an answer in a namespace.</summary>
    internal async ValueTask<DateTimeOffset> SinceAsync(MirrorScope scope, ISourceAddress source, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_loaded is not { } loaded || now - loaded.At >= MaxAge)
        {
            long forgets = Interlocked.Read(ref _forgets);
            await using var db = databases.CreateDbContext();
            var rows = await db.DocumentRefreshes.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
            loaded = new Loaded(rows.ToDictionary(row => (row.NamespaceId, row.Source), row => row.At), now);
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

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed record Loaded(Dictionary<(long NamespaceId, string Source), DateTimeOffset> Refreshes, DateTimeOffset At);
}
