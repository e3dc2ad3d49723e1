using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>Periodically records how much each root group stores, and removes old figures.</summary>
public sealed class StorageSamples(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How long the figures of a day are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        var day = time.GetUtcNow().Day();
        var oldest = day - Retention;
        await using var db = databases.CreateDbContext();
        var stored = await db.Versions.GroupBy(version => version.RootGroupId)
            .Select(group => new { group.Key, Bytes = group.Sum(version => version.Size), Versions = group.Count() })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var samples = await db.StorageSamples.Where(row => row.Day == day).ToDictionaryAsync(
            row => row.RootGroupId, cancellationToken).ConfigureAwait(false);
        foreach (var group in stored)
        {
            if (!samples.Remove(group.Key, out var sample))
            {
                db.StorageSamples.Add(sample = new StorageSampleRow { RootGroupId = group.Key, Day = day });
            }

            (sample.Bytes, sample.Versions) = (group.Bytes, group.Versions);
        }

        // The remaining groups stored something earlier today.
        foreach (var emptied in samples.Values)
        {
            (emptied.Bytes, emptied.Versions) = (0, 0);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await db.Traffic.Where(row => row.Day < oldest).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await db.StorageSamples.Where(row => row.Day < oldest).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
