using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Retention;

/// <summary>
/// Orphaned bytes in the package store: the server stopped between storing and recording them, or the records were lost. They are kept for
/// <c>Mirror:Packages:OrphanGrace</c>, used if their package is requested again, and then removed, unless <see cref="OrphanPolicy"/> holds
/// them back.
/// </summary>
public sealed partial class Orphans(
    IDbContextFactory<MirrorDbContext> databases,
    IPackageStore store,
    StoredBlobs blobs,
    StoreOwnership ownership,
    PackageReaders readers,
    MirrorOptions options,
    TimeProvider time,
    ILogger<Orphans> logger)
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ListInterval = TimeSpan.FromHours(1);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _drift;
    private long _listedAt = time.GetTimestamp();
    private bool _reportedHeldBack;

    /// <summary>Compares stored bytes with records and records since when bytes have been orphaned.</summary>
    /// <param name="stored">All packages in the store.</param>
    /// <returns>The number of orphans.</returns>
    public async Task<int> FindAsync(IReadOnlyCollection<StoredPackage> stored, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var named = await ReferencedBlobs.In(db).Select(bytes => bytes.Sha256).ToHashSetAsync(cancellationToken).ConfigureAwait(false);
        var known = await db.Blobs.AsNoTracking()
            .Where(row => row.OrphanedAt != null)
            .ToDictionaryAsync(row => row.Sha256, cancellationToken)
            .ConfigureAwait(false);
        var found = stored.Where(package => !named.Contains(package.Digest.Hex)).ToDictionary(package => package.Digest.Hex);
        foreach (var package in found.Values.Where(package => !known.ContainsKey(package.Digest.Hex)))
        {
            await MarkAsync(package, cancellationToken).ConfigureAwait(false);
        }

        foreach (var gone in known.Values.Where(row => !found.ContainsKey(row.Sha256)))
        {
            // A row refers to them again, or they have been removed.
            await db.Blobs.Where(row => row.Sha256 == gone.Sha256)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.OrphanedAt, (DateTimeOffset?)null), cancellationToken)
                .ConfigureAwait(false);
        }

        return found.Count;
    }

    /// <summary>All known orphans.</summary>
    public async Task<IReadOnlyList<Orphan>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Blobs.AsNoTracking()
            .Where(row => row.OrphanedAt != null)
            .OrderBy(row => row.Sha256)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => new Orphan(Sha256Digest.Parse(row.Sha256), row.Size, row.OrphanedAt!.Value))];
    }

    /// <summary>Null if there are no orphans.</summary>
    public async Task<OrphanSummary?> SummariseAsync(CancellationToken cancellationToken)
    {
        var orphans = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (orphans.Count == 0)
        {
            return null;
        }

        long size = orphans.Sum(orphan => orphan.Size);
        bool isHeldBack = OrphanPolicy.HoldsBack(
            size, (await ReferencedBlobs.MeasureAsync(databases, cancellationToken).ConfigureAwait(false)).Total);
        return new OrphanSummary(
            orphans.Count, size, isHeldBack ? null : orphans.Min(orphan => orphan.Since) + options.Packages.OrphanGrace, isHeldBack);
    }

    /// <summary>Removes the orphans whose grace period is over.</summary>
    /// <returns>The number of removed orphans.</returns>
    public async Task<int> RemoveDueAsync(CancellationToken cancellationToken)
    {
        if (!await ownership.MatchesDatabaseAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        if (time.GetElapsedTime(_listedAt) >= ListInterval)
        {
            _listedAt = time.GetTimestamp();
            await FindAsync(
                await store.ListAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }

        var orphans = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (orphans.Count == 0 || await RestartCountAsync(orphans, cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        long stored = (await ReferencedBlobs.MeasureAsync(databases, cancellationToken).ConfigureAwait(false)).Total;
        if (OrphanPolicy.HoldsBack(orphans.Sum(orphan => orphan.Size), stored))
        {
            if (!_reportedHeldBack)
            {
                HeldBack(orphans.Count, Quantity.FormatSize(orphans.Sum(orphan => orphan.Size)));
            }

            _reportedHeldBack = true;
            return 0;
        }

        int removed = 0;
        foreach (var orphan in OrphanPolicy.Choose(orphans, stored, options.Packages.OrphanGrace, time.GetUtcNow()))
        {
            removed += await RemoveAsync(orphan.Digest, Principal.System, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        if (removed > 0)
        {
            Removed(removed, options.Packages.OrphanGrace);
        }

        return removed;
    }

    /// <summary>Removes the bytes, unless a record refers to them by now or they are being read.</summary>
    public async Task<bool> RemoveAsync(Sha256Digest digest, Principal by, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            await using var db = databases.CreateDbContext();
            if (readers.IsRead(digest)
                || !await db.Blobs.AnyAsync(row => row.Sha256 == digest.Hex && row.OrphanedAt != null, cancellationToken)
                    .ConfigureAwait(false)
                || await ReferencedBlobs.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            db.Audit.Add(
                new AuditRow(
                    time.GetUtcNow(), "package.discard", by)
                { Target = digest.ToString(), Detail = "The bytes were orphaned." });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return await blobs.RemoveAsync(db, digest, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Restarts the grace period of all known orphans.</summary>
    public async Task RestartGraceAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        DateTimeOffset? now = time.GetUtcNow();
        await db.Blobs.Where(row => row.OrphanedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.OrphanedAt, now), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task MarkAsync(StoredPackage package, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(package.Digest, cancellationToken).ConfigureAwait(false))
        {
            await databases.RetryAsync(async db =>
            {
                if (await ReferencedBlobs.ContainAsync(db, package.Digest, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                await StoredBlobs.PutAsync(db, package.Digest, package.Length, null, isNamed: false, cancellationToken)
                    .ConfigureAwait(false);
                (await db.Blobs.FindAsync([package.Digest.Hex], cancellationToken).ConfigureAwait(false))!.OrphanedAt = time.GetUtcNow();
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A clock that was set forward or back does not show how long bytes have been orphaned: if it disagrees with the elapsed time, or is
    /// before a start time, the grace period starts again.
    /// </summary>
    private async Task<bool> RestartCountAsync(IReadOnlyList<Orphan> orphans, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var drift = now - _startedAt - time.GetElapsedTime(_start);
        bool wasSet = (drift - _drift).Duration() > ClockTolerance || orphans.Any(orphan => orphan.Since > now);
        if (wasSet)
        {
            _drift = drift;
            ClockWasSet(now.ToString("u", CultureInfo.InvariantCulture));
            await RestartGraceAsync(cancellationToken).ConfigureAwait(false);
        }

        return wasSet;
    }

    [LoggerMessage(1703, LogLevel.Information, "Removed {Count} packages that were orphaned for {Grace}")]
    private partial void Removed(int count, TimeSpan grace);

    [LoggerMessage(
        1704,
        LogLevel.Error,
        "{Count} stored packages ({Size}) are orphaned, more than a tenth of the store. The database may have been lost or replaced by an older one. Nothing is removed. Restore the database, or run 'mirror verify --adopt' or 'mirror verify --remove-orphans'")]
    private partial void HeldBack(int count, string size);

    [LoggerMessage(1705, LogLevel.Warning, "The clock was set to {Now}; the grace period of orphaned packages starts again")]
    private partial void ClockWasSet(string now);
}
