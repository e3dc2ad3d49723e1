using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Usage;

/// <summary>Saves and reads how long origins take to respond: counts per host and range of durations, for the hour and for the day.</summary>
public sealed class OriginLatencyLog(IDbContextFactory<MirrorDbContext> databases, OriginHttp origins, TimeProvider time)
{
    // Documents can name arbitrary hosts; those beyond this number are not recorded on that day.
    private const int MaxHosts = 200;

    /// <summary>Writes the response times since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var taken = origins.Latencies.Take();
        if (taken.Count == 0)
        {
            return;
        }

        try
        {
            await WriteAsync(taken, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            origins.Latencies.Return(taken);
            throw;
        }
    }

    /// <summary>The response times of every host that responded in the period, the busiest first.</summary>
    public async Task<IReadOnlyList<OriginLatency>> ReadAsync(StatisticsSpan span, CancellationToken cancellationToken)
    {
        var (step, first) = (span.Step, span.Starts(time.GetUtcNow())[0]);
        await using var db = databases.CreateDbContext();
        var counts = await db.OriginLatencies.Where(row => row.Step == step && row.Start >= first)
            .GroupBy(row => new { row.Host, row.Range })
            .Select(group => new { group.Key.Host, group.Key.Range, Count = group.Sum(row => row.Count) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. counts.GroupBy(count => count.Host)
            .Select(host =>
            {
                (int, long)[] ranges = [.. host.Select(count => (count.Range, count.Count))];
                return new OriginLatency(
                    host.Key,
                    host.Sum(count => count.Count),
                    LatencyRange.Percentile(ranges, .5)!.Value,
                    LatencyRange.Percentile(ranges, .95)!.Value);
            })
            .OrderByDescending(host => host.Responses)
            .ThenBy(host => host.Host, StringComparer.Ordinal)];
    }

    private async Task WriteAsync(IReadOnlyList<(string Host, int Range, long Count)> counts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = now.Day();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var known = await db.OriginLatencies.Where(row => row.Step == TimeStep.Day && row.Start == today)
            .Select(row => row.Host)
            .Distinct()
            .ToHashSetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (host, range, count) in counts.Where(count => known.Contains(count.Host) || known.Count < MaxHosts))
        {
            known.Add(host);
            foreach (var step in Enum.GetValues<TimeStep>())
            {
                var start = now.Floor(step);
                int changed = await db.OriginLatencies
                    .Where(row => row.Step == step && row.Start == start && row.Host == host && row.Range == range)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count + count), cancellationToken)
                    .ConfigureAwait(false);
                if (changed == 0)
                {
                    db.OriginLatencies.Add(new OriginLatencyRow { Step = step, Start = start, Host = host, Range = range, Count = count });
                }
            }
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
