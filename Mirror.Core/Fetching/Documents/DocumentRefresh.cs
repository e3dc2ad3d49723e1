using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Invalidates the cached origin documents of a namespace and those below it; proofs and packages are kept. Groups share fetched documents,
/// so these are not deleted: documents older than the refresh are stale for the refreshed namespaces and remain valid for all others.
/// </summary>
public sealed class DocumentRefresh
{
    private const string Everything = "";

    // The time within which refreshes on other replicas take effect here.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ReadThroughCache<ValueTuple, Loaded> _loaded;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly NamespaceDirectory _namespaces;
    private readonly DocumentCache _documents;
    private readonly ServiceDiscovery _discovery;
    private readonly TimeProvider _time;

    public DocumentRefresh(
        IDbContextFactory<MirrorDbContext> databases,
        NamespaceDirectory namespaces,
        DocumentCache documents,
        ServiceDiscovery discovery,
        TimeProvider time)
    {
        (_databases, _namespaces, _documents, _discovery, _time) = (databases, namespaces, documents, discovery, time);
        _loaded = new(ReadAsync, time: time, maxAge: MaxAge);
    }

    /// <summary>Raised with the root group after a refresh. Handlers must be fast and must not throw.</summary>
    public event Action<long>? Refreshed;

    /// <summary>The next request queries the origin, and no earlier response is served instead.</summary>
    /// <param name="source">A provider or module; null for all of both.</param>
    public async Task InvalidateAsync(ResolvedNamespace scope, ISourceAddress? source, Principal by, CancellationToken cancellationToken)
    {
        string about = source?.ToString() ?? Everything;
        await _databases.RetryAsync(async db =>
        {
            var rows = await db.DocumentRefreshes.Where(row => row.NamespaceId == scope.NamespaceId
                && (row.Source == about || source == null))
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            var row = rows.Find(row => row.Source == about)
                ?? db.DocumentRefreshes.Add(new DocumentRefreshRow { NamespaceId = scope.NamespaceId, Source = about }).Entity;
            db.DocumentRefreshes.RemoveRange(rows.Where(other => other != row));
            row.At = _time.GetUtcNow();
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
        _loaded.Clear();
        _discovery.Expire(source?.Hostname);
        var below = (await _namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(other => other.Ancestry.Contains(scope.NamespaceId)).Select(other => other.NamespaceId).ToHashSet();
        _documents.Forget(scope.RootGroupId, below, source);
        Refreshed?.Invoke(scope.RootGroupId);
    }

    /// <summary>The time after which documents about a provider or module must have been fetched to be valid in a namespace.</summary>
    internal async ValueTask<DateTimeOffset> SinceAsync(ResolvedNamespace scope, ISourceAddress source, CancellationToken cancellationToken)
    {
        var loaded = (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!;
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

    /// <summary>
    /// Whether an origin's response came after a refresh. A response in the future dates from before the clock was set back, and counts as
    /// older.
    /// </summary>
    /// <param name="since">The time of the refresh; default if there was none.</param>
    internal static bool IsAfter(DateTimeOffset since, DateTimeOffset answered, DateTimeOffset now) =>
        since == default || answered > since && answered <= now;

    /// <summary>
    /// A refresh in the future was made before the clock was set back. It is moved to the present, so that later responses count as newer;
    /// the cost is that earlier responses are requested once more.
    /// </summary>
    private async Task<Loaded?> ReadAsync(ValueTuple all, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await using var db = _databases.CreateDbContext();
        var rows = await db.DocumentRefreshes.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Exists(row => row.At > now))
        {
            await db.DocumentRefreshes.Where(row => row.At > now)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.At, now), cancellationToken)
                .ConfigureAwait(false);
        }

        return new Loaded(rows.ToDictionary(row => (row.NamespaceId, row.Source), row => row.At > now ? now : row.At));
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed record Loaded(Dictionary<(long NamespaceId, string Source), DateTimeOffset> Refreshes);
}
