using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>
/// Keeps the size and last use that a version's row holds equal to those of its packages. The context does it for changes that
/// it saves; a writer that changes packages by <c>ExecuteUpdate</c> or <c>ExecuteDelete</c> calls it in the same transaction.
/// </summary>
internal static class VersionFigures
{
    /// <summary>Computes the figures of these versions from the packages that the database holds now.</summary>
    public static Task<int> UpdateAsync(MirrorDbContext db, IReadOnlyCollection<long> versionIds, CancellationToken cancellationToken) =>
        db.Versions.Where(version => versionIds.Contains(version.Id)).ExecuteUpdateAsync(
            set => set
                .SetProperty(version => version.Size, version => version.Packages.Sum(package => package.Size))
                .SetProperty(version => version.LastUsedAt, version => version.Packages.Max(package => package.LastUsedAt)),
            cancellationToken);

    /// <summary>The packages whose pending changes alter the figures of their versions.</summary>
    public static List<PackageRow> PendingChanges(MirrorDbContext db) =>
        [.. db.ChangeTracker.Entries<PackageRow>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Deleted
                || entry.State == EntityState.Modified
                    && (entry.Property(row => row.Size).IsModified || entry.Property(row => row.LastUsedAt).IsModified))
            .Select(entry => entry.Entity)];
}
