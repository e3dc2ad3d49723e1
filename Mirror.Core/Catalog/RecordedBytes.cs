using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;

namespace Mirror.Core.Catalog;

public sealed record NamedBytes
{
    /// <summary>Under which the package store has them.</summary>
    public required string Sha256 { get; init; }

    public required long Size { get; init; }
}

/// <summary>Which bytes of the package store some row names, whatever kind of package it is of: the others may go.</summary>
public static class RecordedBytes
{
    /// <summary>Each once, however many rows name it.</summary>
    public static IQueryable<NamedBytes> In(MirrorDbContext db) =>
        db.Packages.Select(row => new NamedBytes { Sha256 = row.Sha256, Size = row.Size }).Union(db.ModulePackages.Select(row => new NamedBytes { Sha256 = row.Sha256, Size = row.Size }));

    public static async Task<bool> ContainAsync(MirrorDbContext db, Sha256Digest digest, CancellationToken cancellationToken) =>
        await db.Packages.AnyAsync(row => row.Sha256 == digest.Hex, cancellationToken).ConfigureAwait(false)
        || await db.ModulePackages.AnyAsync(row => row.Sha256 == digest.Hex, cancellationToken).ConfigureAwait(false);
}
