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
        var usage = await ReadUsageAsync(scope, StatisticsSpan.Days(days), anonymous, cancellationToken).ConfigureAwait(false);
        return new GroupStatistics(
            usage.Group,
            usage.Total,
            [.. usage.Steps.Select(step => new DayStatistics(DateOnly.FromDateTime(step.Start.UtcDateTime), step.Traffic, step.StoredBytes))],
            usage.Providers,
            usage.StoredBytes,
            usage.StoredVersions,
            null,
            null);
    }

    /// <param name="scope">A root group, or a namespace below one.</param>
    /// <param name="anonymous">Excludes content fetched with a credential, which anonymous clients never see.</param>
    public async Task<UsageStatistics> ReadUsageAsync(
        ResolvedNamespace scope, StatisticsSpan span, bool anonymous, CancellationToken cancellationToken)
    {
        long rootGroupId = scope.RootGroupId;
        var step = span.Step;
        var starts = span.Starts(time.GetUtcNow());
        var first = starts[0];
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
        var moved = (await db.Traffic.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId && row.Step == step && row.Start >= first)
            .ToListAsync(cancellationToken).ConfigureAwait(false))
            .Select(row =>
                (
                    row.Start,
                    Provider: ProviderAddress.Parse(row.Provider),
                    Traffic: new Traffic(row.Hits, row.Misses, row.ServedBytes, row.FetchedBytes, row.Redirected)))
            .Where(row => !excluded.Contains(row.Provider) && !emptied.Contains(row.Provider))
            .ToList();
        // Samples cover all content, so readers who may not see all of it get none.
        var samples = excluded.Count > 0
            ? []
            : await db.StorageSamples.AsNoTracking()
                .Where(row => row.RootGroupId == rootGroupId && row.Step == step && row.Start >= first)
                .ToDictionaryAsync(row => row.Start, row => row.Bytes, cancellationToken).ConfigureAwait(false);
        long bytes = stored.Values.Sum(provider => provider.Bytes);
        samples[starts[^1]] = bytes;
        var byStart = moved.ToLookup(row => row.Start, row => row.Traffic);
        var byProvider = moved.ToLookup(row => row.Provider, row => row.Traffic);
        return new UsageStatistics(
            scope.Path.FromRoot[0],
            [.. starts.Select(start =>
                new StepStatistics(start, Traffic.Sum(byStart[start]), samples.TryGetValue(start, out long size) ? size : null))],
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
            stored.Values.Sum(provider => provider.Versions));
    }

    /// <summary>The clients with the most downloaded bytes in the period.</summary>
    /// <param name="rootGroupId">Null for all root groups together.</param>
    public async Task<IReadOnlyList<ClientStatistics>> ListClientsAsync(
        long? rootGroupId, StatisticsSpan span, int take, CancellationToken cancellationToken)
    {
        var (step, first) = (span.Step, span.Starts(time.GetUtcNow())[0]);
        await using var db = databases.CreateDbContext();
        var clients = await db.ClientTraffic
            .Where(row => (rootGroupId == null || row.RootGroupId == rootGroupId) && row.Step == step && row.Start >= first)
            .GroupBy(row => new { row.PrincipalKind, row.Principal })
            .Select(group => new
            {
                group.Key,
                Downloads = group.Sum(row => row.Downloads),
                Bytes = group.Sum(row => row.ServedBytes),
                Redirected = group.Sum(row => row.Redirected),
            })
            .OrderByDescending(client => client.Bytes)
            .ThenByDescending(client => client.Downloads)
            .Take(take)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. clients.Select(client => new ClientStatistics(
            new Principal(client.Key.PrincipalKind, client.Key.Principal), client.Downloads, client.Bytes, client.Redirected))];
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
            DateOnly.FromDateTime(row.Start.UtcDateTime),
            ProviderAddress.Parse(row.Provider),
            new Traffic(row.Hits, row.Misses, row.ServedBytes, row.FetchedBytes, row.Redirected)))];
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
            rows = rows.Where(row => row.Start < last);
        }

        var days = await rows.GroupBy(row => row.Start).OrderByDescending(group => group.Key).Take(query.Take)
            .Select(group => new
            {
                Day = group.Key,
                Providers = group.Count(),
                Hits = group.Sum(row => row.Hits),
                Misses = group.Sum(row => row.Misses),
                ServedBytes = group.Sum(row => row.ServedBytes),
                FetchedBytes = group.Sum(row => row.FetchedBytes),
                Redirected = group.Sum(row => row.Redirected),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. days.Select(day => new ServedDay(
            DateOnly.FromDateTime(day.Day.UtcDateTime),
            day.Providers,
            new Traffic(day.Hits, day.Misses, day.ServedBytes, day.FetchedBytes, day.Redirected)))];
    }

    private static IQueryable<TrafficRow> Served(MirrorDbContext db, long rootGroupId, ServedQuery query)
    {
        var rows = db.Traffic.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId && row.Step == TimeStep.Day && row.Hits + row.Misses > 0);
        if (query.Provider is { } provider)
        {
            string address = provider.ToString();
            rows = rows.Where(row => row.Provider == address);
        }

        if (query.From is { } from)
        {
            var first = from.Day();
            rows = rows.Where(row => row.Start >= first);
        }

        return rows;
    }
}
