using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Statistics;

/// <summary>Answers how a root group was used.</summary>
public sealed class StatisticsReader(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    /// <param name="days">How many, today included.</param>
    /// <param name="anonymous">Leaves out what was fetched with a credential: nothing of it is ever anonymous.</param>
    public async Task<GroupStatistics> ReadAsync(long rootGroupId, int days, bool anonymous, CancellationToken cancellationToken)
    {
        var today = time.GetUtcNow().Day();
        var first = today.AddDays(1 - days);
        await using var db = databases.CreateDbContext();
        var hidden = anonymous
            ? await db.Packages.Where(package => package.Credential != "none" && package.Version.RootGroupId == rootGroupId)
                .Select(package => package.Version.AddressKey).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false)
            : [];
        var stored = (await db.Versions.Where(version => version.RootGroupId == rootGroupId)
            .GroupBy(version => version.AddressKey)
            .Select(group => new { group.Key, Bytes = group.Sum(version => version.Size), Versions = group.Count() })
            .ToListAsync(cancellationToken).ConfigureAwait(false))
            .Where(group => !hidden.Contains(group.Key))
            .ToDictionary(group => CatalogSearch.AddressOf(group.Key), group => (group.Bytes, group.Versions));
        var excluded = hidden.Select(CatalogSearch.AddressOf).ToHashSet();
        var moved = (await db.Traffic.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Day >= first).ToListAsync(cancellationToken).ConfigureAwait(false))
            .Select(row => (row.Day, Provider: ProviderAddress.Parse(row.Provider), Traffic: new Traffic(row.Hits, row.Misses, row.ServedBytes, row.FetchedBytes)))
            .Where(row => !excluded.Contains(row.Provider))
            .ToList();
        // The samples are of everything; whoever may not see all of it sees none of them.
        var samples = excluded.Count > 0
            ? []
            : await db.StorageSamples.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Day >= first)
                .ToDictionaryAsync(row => row.Day, row => row.Bytes, cancellationToken).ConfigureAwait(false);
        long bytes = stored.Values.Sum(provider => provider.Bytes);
        samples[today] = bytes;
        var byDay = moved.ToLookup(row => row.Day, row => row.Traffic);
        var byProvider = moved.ToLookup(row => row.Provider, row => row.Traffic);
        return new GroupStatistics(
            [.. Enumerable.Range(0, days).Select(offset => first.AddDays(offset)).Select(day =>
                new DayStatistics(DateOnly.FromDateTime(day.UtcDateTime), Sum(byDay[day]), samples.TryGetValue(day, out long size) ? size : null))],
            [.. stored.Keys.Union(byProvider.Select(group => group.Key))
                .Select(provider => new ProviderStatistics(provider, stored.GetValueOrDefault(provider).Bytes, stored.GetValueOrDefault(provider).Versions, Sum(byProvider[provider])))
                .OrderByDescending(provider => provider.Bytes).ThenBy(provider => provider.Provider.ToString(), StringComparer.Ordinal)],
            bytes,
            stored.Values.Sum(provider => provider.Versions));
    }

    private static Traffic Sum(IEnumerable<Traffic> traffic) => traffic.Aggregate(default(Traffic), (sum, more) => sum + more);
}
