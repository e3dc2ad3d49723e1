using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>Periodically records how much each root group stores, and removes old figures.</summary>
public sealed class StorageSamples(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How long the figures of a day are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    /// <summary>How long the figures of an hour are kept.</summary>
    public static readonly TimeSpan HourRetention = TimeSpan.FromDays(3);

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = databases.CreateDbContext();
        var stored = await db.Versions.GroupBy(version => version.RootGroupId)
            .Select(group => new { group.Key, Bytes = group.Sum(version => version.Size), Versions = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => (group.Bytes, group.Versions), cancellationToken).ConfigureAwait(false);
        // Groups without content too: no sample means that the size is unknown.
        var groups = await db.Namespaces.Where(row => row.ParentId == null).Select(row => row.Id).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (var step in Enum.GetValues<TimeStep>())
        {
            var start = now.Floor(step);
            var samples = await db.StorageSamples.Where(row => row.Step == step && row.Start == start)
                .ToDictionaryAsync(row => row.RootGroupId, cancellationToken).ConfigureAwait(false);
            foreach (long group in groups)
            {
                if (!samples.TryGetValue(group, out var sample))
                {
                    db.StorageSamples.Add(sample = new StorageSampleRow { RootGroupId = group, Step = step, Start = start });
                }

                (sample.Bytes, sample.Versions) = stored.GetValueOrDefault(group);
            }
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (step, oldest) in new[] { (TimeStep.Day, now - Retention), (TimeStep.Hour, now - HourRetention) })
        {
            await db.Traffic.Where(row => row.Step == step && row.Start < oldest).ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false);
            await db.ClientTraffic.Where(row => row.Step == step && row.Start < oldest).ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false);
            await db.StorageSamples.Where(row => row.Step == step && row.Start < oldest).ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false);
            await db.OriginLatencies.Where(row => row.Step == step && row.Start < oldest).ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
