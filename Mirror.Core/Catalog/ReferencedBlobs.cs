using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

public sealed record ReferencedBlob
{
    /// <summary>The digest of the bytes in the package store.</summary>
    public required string Sha256 { get; init; }

    public required long Size { get; init; }
}

/// <summary>Storage use in bytes.</summary>
/// <param name="Recorded">Bytes that rows refer to; bytes shared by several root groups count once.</param>
/// <param name="Orphaned">Bytes that no row refers to.</param>
public readonly record struct UsedBytes(long Recorded, long Orphaned)
{
    public long Total => Recorded + Orphaned;
}

/// <summary>Determines which bytes in the package store are referred to by a row of any kind; all others are orphans.</summary>
public static class ReferencedBlobs
{
    /// <summary>Each digest once, regardless of the number of rows.</summary>
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
