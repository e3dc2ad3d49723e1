using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

public sealed record ReferencedBlob
{
    /// <summary>Under which the package store has them.</summary>
    public required string Sha256 { get; init; }

    public required long Size { get; init; }
}

/// <summary>How many bytes are used.</summary>
/// <param name="Recorded">By what rows name; what several root groups share counts once.</param>
/// <param name="Orphaned">By what no row names.</param>
public readonly record struct UsedBytes(long Recorded, long Orphaned)
{
    public long Total => Recorded + Orphaned;
}

/// <summary>Which bytes of the package store some row names, whatever kind of package it is of; the others are orphans.</summary>
public static class ReferencedBlobs
{
    /// <summary>Each once, however many rows name it.</summary>
    public static IQueryable<ReferencedBlob> In(MirrorDbContext db) =>
        db.Packages.Select(row => new ReferencedBlob { Sha256 = row.Sha256, Size = row.Size })
            .Union(db.ModulePackages.Select(row => new ReferencedBlob { Sha256 = row.Sha256, Size = row.Size }));

    public static async Task<bool> ContainAsync(MirrorDbContext db, Sha256Digest digest, CancellationToken cancellationToken) =>
        await db.Packages.AnyAsync(row => row.Sha256 == digest.Hex, cancellationToken).ConfigureAwait(false)
        || await db.ModulePackages.AnyAsync(row => row.Sha256 == digest.Hex, cancellationToken).ConfigureAwait(false);

    public static async Task<UsedBytes> MeasureAsync(IDbContextFactory<MirrorDbContext> databases, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return new UsedBytes(
            await In(db).SumAsync(bytes => bytes.Size, cancellationToken).ConfigureAwait(false),
            await db.Blobs.Where(row => row.OrphanedAt != null).SumAsync(row => row.Size, cancellationToken).ConfigureAwait(false));
    }
}
