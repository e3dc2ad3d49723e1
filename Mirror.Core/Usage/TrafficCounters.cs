using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>Counts served and fetched bytes in memory and periodically writes them: one row per provider and day.</summary>
public sealed class TrafficCounters(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    private readonly ConcurrentDictionary<(long RootGroupId, string Provider, DateTimeOffset Day), Traffic> _counts = new();

    /// <param name="hit">The package was already stored.</param>
    public void RecordServed(long rootGroupId, ProviderAddress provider, long bytes, bool hit) =>
        Add(rootGroupId, provider, new Traffic(hit ? 1 : 0, hit ? 0 : 1, bytes, 0));

    /// <summary>Records a package received from its origin.</summary>
    public void RecordFetched(long rootGroupId, ProviderAddress provider, long bytes) =>
        Add(rootGroupId, provider, new Traffic(0, 0, 0, bytes));

    /// <summary>Writes the counts since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _counts.Keys)
        {
            if (!_counts.TryRemove(key, out var counted))
            {
                continue;
            }

            try
            {
                await WriteAsync(key.RootGroupId, key.Provider, key.Day, counted, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Keep the count for the next flush.
                _counts.AddOrUpdate(key, counted, (_, since) => since + counted);
                throw;
            }
        }
    }

    private void Add(long rootGroupId, ProviderAddress provider, Traffic more) =>
        _counts.AddOrUpdate((rootGroupId, provider.ToString(), time.GetUtcNow().Day()), more, (_, count) => count + more);

    private async Task WriteAsync(
        long rootGroupId, string provider, DateTimeOffset day, Traffic counted, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        int changed = await db.Traffic.Where(row => row.RootGroupId == rootGroupId && row.Day == day && row.Provider == provider)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Hits, row => row.Hits + counted.Hits)
                    .SetProperty(row => row.Misses, row => row.Misses + counted.Misses)
                    .SetProperty(row => row.ServedBytes, row => row.ServedBytes + counted.ServedBytes)
                    .SetProperty(row => row.FetchedBytes, row => row.FetchedBytes + counted.FetchedBytes),
                cancellationToken).ConfigureAwait(false);
        // The group and its figures may have been deleted in the meantime.
        if (changed == 0 && await db.Namespaces.AnyAsync(row => row.Id == rootGroupId, cancellationToken).ConfigureAwait(false))
        {
            db.Traffic.Add(new TrafficRow
            {
                RootGroupId = rootGroupId,
                Day = day,
                Provider = provider,
                Hits = counted.Hits,
                Misses = counted.Misses,
                ServedBytes = counted.ServedBytes,
                FetchedBytes = counted.FetchedBytes,
            });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
