using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>
/// Counts served and fetched bytes in memory and periodically writes them: one row per provider, and one per client, for the hour and for
/// the day.
/// </summary>
public sealed class TrafficCounters(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    private readonly ConcurrentDictionary<(long RootGroupId, string Provider, DateTimeOffset Hour), Traffic> _counts = new();
    private readonly ConcurrentDictionary<(long RootGroupId, ClientName Client, DateTimeOffset Hour), ClientTraffic> _clients = new();

    /// <param name="hit">The package was already stored.</param>
    /// <param name="client">The client that downloaded it.</param>
    public void RecordServed(long rootGroupId, ProviderAddress provider, long bytes, bool hit, ClientName client)
    {
        Add(rootGroupId, provider, new Traffic(hit ? 1 : 0, hit ? 0 : 1, bytes, 0));
        AddClient((rootGroupId, client, time.GetUtcNow().Hour()), new ClientTraffic(1, bytes, Redirected: 0));
    }

    /// <summary>Records a stored package that the client was redirected to the package store for: its bytes are not known.</summary>
    public void RecordRedirected(long rootGroupId, ProviderAddress provider, ClientName client)
    {
        Add(rootGroupId, provider, new Traffic(1, 0, 0, 0, Redirected: 1));
        AddClient((rootGroupId, client, time.GetUtcNow().Hour()), new ClientTraffic(1, 0, Redirected: 1));
    }

    /// <summary>Records a package received from its origin. A fetch that no client waits for is neither a hit nor a miss.</summary>
    public void RecordFetched(long rootGroupId, ProviderAddress provider, long bytes) =>
        Add(rootGroupId, provider, new Traffic(0, 0, 0, bytes));

    /// <summary>Writes the counts since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _counts.Keys)
        {
            if (_counts.TryRemove(key, out var counted))
            {
                await TryAsync(
                    key.RootGroupId,
                    async db =>
                    {
                        await WriteAsync(db, key, TimeStep.Day, counted, cancellationToken).ConfigureAwait(false);
                        await WriteAsync(db, key, TimeStep.Hour, counted, cancellationToken).ConfigureAwait(false);
                    },
                    () => _counts.AddOrUpdate(key, counted, (_, since) => since + counted),
                    cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var key in _clients.Keys)
        {
            if (_clients.TryRemove(key, out var counted))
            {
                await TryAsync(
                    key.RootGroupId,
                    async db =>
                    {
                        await WriteClientAsync(db, key, TimeStep.Day, counted, cancellationToken).ConfigureAwait(false);
                        await WriteClientAsync(db, key, TimeStep.Hour, counted, cancellationToken).ConfigureAwait(false);
                    },
                    () => AddClient(key, counted),
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Add(long rootGroupId, ProviderAddress provider, Traffic more) =>
        _counts.AddOrUpdate((rootGroupId, provider.ToString(), time.GetUtcNow().Hour()), more, (_, count) => count + more);

    private void AddClient((long RootGroupId, ClientName Client, DateTimeOffset Hour) key, ClientTraffic more) =>
        _clients.AddOrUpdate(key, more, (_, count) => count + more);

    /// <param name="keep">Keeps the count for the next flush, if it cannot be written.</param>
    private async Task TryAsync(
        long rootGroupId, Func<MirrorDbContext, Task> write, Action keep, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = databases.CreateDbContext();
            // Either the hour and the day are written, or neither.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            // The group and its figures may have been deleted in the meantime.
            if (await db.Namespaces.AnyAsync(row => row.Id == rootGroupId, cancellationToken).ConfigureAwait(false))
            {
                await write(db).ConfigureAwait(false);
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            keep();
            throw;
        }
    }

    private static async Task WriteAsync(
        MirrorDbContext db,
        (long RootGroupId, string Provider, DateTimeOffset Hour) key,
        TimeStep step,
        Traffic counted,
        CancellationToken cancellationToken)
    {
        var start = key.Hour.Floor(step);
        int changed = await db.Traffic
            .Where(row => row.RootGroupId == key.RootGroupId && row.Step == step && row.Start == start && row.Provider == key.Provider)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Hits, row => row.Hits + counted.Hits)
                    .SetProperty(row => row.Misses, row => row.Misses + counted.Misses)
                    .SetProperty(row => row.Redirected, row => row.Redirected + counted.Redirected)
                    .SetProperty(row => row.ServedBytes, row => row.ServedBytes + counted.ServedBytes)
                    .SetProperty(row => row.FetchedBytes, row => row.FetchedBytes + counted.FetchedBytes),
                cancellationToken).ConfigureAwait(false);
        if (changed == 0)
        {
            db.Traffic.Add(new TrafficRow
            {
                RootGroupId = key.RootGroupId,
                Step = step,
                Start = start,
                Provider = key.Provider,
                Hits = counted.Hits,
                Misses = counted.Misses,
                Redirected = counted.Redirected,
                ServedBytes = counted.ServedBytes,
                FetchedBytes = counted.FetchedBytes,
            });
        }
    }

    private static async Task WriteClientAsync(
        MirrorDbContext db,
        (long RootGroupId, ClientName Client, DateTimeOffset Hour) key,
        TimeStep step,
        ClientTraffic counted,
        CancellationToken cancellationToken)
    {
        var start = key.Hour.Floor(step);
        var (kind, name) = (key.Client.Kind, key.Client.Name);
        int changed = await db.ClientTraffic
            .Where(row => row.RootGroupId == key.RootGroupId && row.Step == step && row.Start == start && row.PrincipalKind == kind
                && row.Principal == name)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Downloads, row => row.Downloads + counted.Downloads)
                    .SetProperty(row => row.Redirected, row => row.Redirected + counted.Redirected)
                    .SetProperty(row => row.ServedBytes, row => row.ServedBytes + counted.ServedBytes),
                cancellationToken).ConfigureAwait(false);
        if (changed == 0)
        {
            db.ClientTraffic.Add(new ClientTrafficRow
            {
                RootGroupId = key.RootGroupId,
                Step = step,
                Start = start,
                PrincipalKind = kind,
                Principal = name,
                Downloads = counted.Downloads,
                Redirected = counted.Redirected,
                ServedBytes = counted.ServedBytes,
            });
        }
    }
}
