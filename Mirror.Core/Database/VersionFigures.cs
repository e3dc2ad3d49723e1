using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>
/// Keeps the size, last use, number and trust in a version's row equal to the totals of its packages. The context calls it on save; code that changes
/// packages with <c>ExecuteUpdate</c> or <c>ExecuteDelete</c> must call it in the same transaction.
/// </summary>
internal static class VersionFigures
{
    /// <summary>Recalculates the totals of these versions from their packages in the database.</summary>
    public static async Task UpdateAsync(MirrorDbContext db, IReadOnlyCollection<long> versionIds, CancellationToken cancellationToken)
    {
        var versions = db.Versions.Where(version => versionIds.Contains(version.Id));
        if (!db.Database.IsSqlite())
        {
            // Locks the rows, so that the totals include the packages of a transaction that has just committed. SQLite has one writer.
            await versions.ExecuteUpdateAsync(set => set.SetProperty(version => version.Size, version => version.Size), cancellationToken)
                .ConfigureAwait(false);
        }

        await versions.ExecuteUpdateAsync(
            set => set
                .SetProperty(version => version.Size, version => version.Packages.Sum(package => package.Size))
                .SetProperty(version => version.PlatformCount, version => version.Packages.Count)
                .SetProperty(version => version.Trust, version => version.Packages.Min(package => (TrustLevel?)package.Trust))
                .SetProperty(version => version.LastUsedAt, version => version.Packages.Max(package => package.LastUsedAt)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The packages with pending changes that affect the totals of their versions.</summary>
    public static List<PackageRow> PendingChanges(MirrorDbContext db) =>
        [.. db.ChangeTracker.Entries<PackageRow>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Deleted
                || entry.State == EntityState.Modified
                    && (entry.Property(row => row.Size).IsModified
                        || entry.Property(row => row.LastUsedAt).IsModified
                        || entry.Property(row => row.Trust).IsModified))
            .Select(entry => entry.Entity)];
}
