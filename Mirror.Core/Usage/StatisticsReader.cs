using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>Reads the usage statistics of a root group.</summary>
public sealed class StatisticsReader(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    /// <param name="scope">A root group, or a namespace below one.</param>
    /// <param name="days">The number of days, including today.</param>
    /// <param name="anonymous">Excludes content fetched with a credential, which anonymous clients never see.</param>
    public async Task<GroupStatistics> ReadAsync(ResolvedNamespace scope, int days, bool anonymous, CancellationToken cancellationToken)
    {
        long rootGroupId = scope.RootGroupId;
        var today = time.GetUtcNow().Day();
        var first = today.AddDays(1 - days);
        await using var db = databases.CreateDbContext();
        List<string> hidden = anonymous
            ? [.. (await HiddenProviders.FindAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false))
                .Select(provider => provider.AddressKey)]
            : [];
        var stored = (await db.Versions.Where(version => version.RootGroupId == rootGroupId)
            .GroupBy(version => version.AddressKey)
            .Select(group => new { group.Key, Bytes = group.Sum(version => version.Size), Versions = group.Count() })
            .ToListAsync(cancellationToken).ConfigureAwait(false))
            .Where(group => !hidden.Contains(group.Key))
            .ToDictionary(group => CatalogSearch.AddressOf(group.Key), group => (group.Bytes, group.Versions));
        var excluded = hidden.Select(CatalogSearch.AddressOf).ToHashSet();
        var emptied = anonymous
            ? (await HiddenProviders.FindEmptiedAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false))
                .Select(provider => CatalogSearch.AddressOf(provider.AddressKey))
                .ToHashSet()
            : [];
        var moved = (await db.Traffic.AsNoTracking().Where(row =>
            row.RootGroupId == rootGroupId && row.Day >= first).ToListAsync(cancellationToken).ConfigureAwait(false))
            .Select(row =>
                (
                    row.Day,
                    Provider: ProviderAddress.Parse(row.Provider),
                    Traffic: new Traffic(row.Hits, row.Misses, row.ServedBytes, row.FetchedBytes)))
            .Where(row => !excluded.Contains(row.Provider) && !emptied.Contains(row.Provider))
            .ToList();
        // Samples cover all content, so readers who may not see all of it get none.
        var samples = excluded.Count > 0
            ? []
            : await db.StorageSamples.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Day >= first)
                .ToDictionaryAsync(row => row.Day, row => row.Bytes, cancellationToken).ConfigureAwait(false);
        long bytes = stored.Values.Sum(provider => provider.Bytes);
        samples[today] = bytes;
        var byDay = moved.ToLookup(row => row.Day, row => row.Traffic);
        var byProvider = moved.ToLookup(row => row.Provider, row => row.Traffic);
        DayStatistics[] everyDay = [.. Enumerable.Range(0, days).Select(offset => first.AddDays(offset)).Select(day =>
            new DayStatistics(
                DateOnly.FromDateTime(day.UtcDateTime), Traffic.Sum(byDay[day]), samples.TryGetValue(day, out long size) ? size : null))];
        return new GroupStatistics(
            scope.Path.FromRoot[0],
            Traffic.Sum(everyDay.Select(day => day.Traffic)),
            everyDay,
            [.. stored.Keys.Union(byProvider.Select(group => group.Key))
                .Select(provider =>
                    new ProviderStatistics(
                        provider,
                        stored.GetValueOrDefault(provider).Bytes,
                        stored.GetValueOrDefault(provider).Versions,
                        Traffic.Sum(byProvider[provider])))
                .OrderByDescending(provider => provider.StoredBytes).ThenBy(
                    provider => provider.Provider.ToString(), StringComparer.Ordinal)],
            bytes,
            stored.Values.Sum(provider => provider.Versions),
            null,
            null);
    }

    /// <summary>Downloads, one row per day and provider.</summary>
    public async Task<ServedPage> ListServedAsync(long rootGroupId, ServedQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = Served(db, rootGroupId, query);
        if (query.Before is { } before)
        {
            rows = rows.Where(row => row.Id < before);
        }

        foreach (string word in query.Text?.Words ?? [])
        {
            rows = rows.Where(row => row.Provider.Contains(word));
        }

        // Rows are created on the day they count, so ordering and paging by id means newest first.
        var found = await rows.OrderByDescending(row => row.Id).Take(query.Take + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        ServedProvider[] items = [.. found.Take(query.Take).Select(row => new ServedProvider(
            row.Id,
            DateOnly.FromDateTime(row.Day.UtcDateTime),
            ProviderAddress.Parse(row.Provider),
            new Traffic(row.Hits, row.Misses, row.ServedBytes, row.FetchedBytes)))];
        return new ServedPage(items, found.Count > query.Take ? items[^1].Id : null);
    }

    /// <summary>Downloads, one row per day.</summary>
    public async Task<IReadOnlyList<ServedDay>> SumServedAsync(long rootGroupId, ServedQuery query, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = Served(db, rootGroupId, query);
        if (query.To is { } to)
        {
            var last = to.Day();
            rows = rows.Where(row => row.Day < last);
        }

        var days = await rows.GroupBy(row => row.Day).OrderByDescending(group => group.Key).Take(query.Take)
            .Select(group => new
            {
                Day = group.Key,
                Providers = group.Count(),
                Hits = group.Sum(row => row.Hits),
                Misses = group.Sum(row => row.Misses),
                ServedBytes = group.Sum(row => row.ServedBytes),
                FetchedBytes = group.Sum(row => row.FetchedBytes),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. days.Select(day => new ServedDay(
            DateOnly.FromDateTime(day.Day.UtcDateTime),
            day.Providers,
            new Traffic(day.Hits, day.Misses, day.ServedBytes, day.FetchedBytes)))];
    }

    private static IQueryable<TrafficRow> Served(MirrorDbContext db, long rootGroupId, ServedQuery query)
    {
        var rows = db.Traffic.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Hits + row.Misses > 0);
        if (query.Provider is { } provider)
        {
            string address = provider.ToString();
            rows = rows.Where(row => row.Provider == address);
        }

        if (query.From is { } from)
        {
            var first = from.Day();
            rows = rows.Where(row => row.Day >= first);
        }

        return rows;
    }
}
