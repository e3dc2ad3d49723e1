using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Packages;

namespace Mirror.Core.Catalog;

/// <param name="Staged">Staged packages that were never committed.</param>
/// <param name="Orphans">Stored files that no row names: a stop came between the two.</param>
/// <param name="Missing">Rows whose bytes are gone.</param>
public sealed record RecoveryReport(int Staged, int Orphans, int Missing);

/// <summary>
/// Brings files and rows together after a stop at any point, before anything is served: what was not committed goes, files
/// that no row names go, and rows whose bytes are gone go with an audit event, so that the next request fetches them anew.
/// </summary>
public sealed partial class StartupRecovery(IDbContextFactory<MirrorDbContext> databases, IPackageStore store, TimeProvider time, ILogger<StartupRecovery> logger)
{
    public async Task<RecoveryReport> RunAsync(CancellationToken cancellationToken)
    {
        int staged = store.ClearStaging();
        var stored = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var digest in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            stored.Add(digest.Hex);
        }

        await using var db = databases.CreateDbContext();
        var named = await RecordedBytes.In(db).Select(bytes => bytes.Sha256).ToHashSetAsync(cancellationToken).ConfigureAwait(false);
        int orphans = await RemoveOrphansAsync(stored, named, cancellationToken).ConfigureAwait(false);
        int missing = await RemoveRowsAsync(db, stored, named, cancellationToken).ConfigureAwait(false);
        var report = new RecoveryReport(staged, orphans, missing);
        if (staged + orphans + missing > 0)
        {
            Recovered(staged, orphans, missing);
        }

        return report;
    }

    private async Task<int> RemoveOrphansAsync(HashSet<string> stored, HashSet<string> named, CancellationToken cancellationToken)
    {
        var orphans = stored.Where(hex => !named.Contains(hex)).Select(Sha256Digest.Parse).ToList();
        foreach (var digest in orphans)
        {
            using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                await store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
            }
        }

        return orphans.Count;
    }

    private async Task<int> RemoveRowsAsync(MirrorDbContext db, HashSet<string> stored, HashSet<string> named, CancellationToken cancellationToken)
    {
        var missing = named.Where(hex => !stored.Contains(hex)).ToList();
        if (missing.Count > 0 && stored.Count == 0)
        {
            // A disk that is not mounted looks like this. Nothing is thrown away for that.
            StoreIsEmpty(missing.Count);
            return 0;
        }

        int removed = 0;
        foreach (string hex in missing)
        {
            var rows = await db.Packages.Include(row => row.Version).ThenInclude(version => version.Provider).Where(row => row.Sha256 == hex).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                var provider = row.Version.Provider;
                db.Packages.Remove(row);
                db.Audit.Add(new AuditRow(time.GetUtcNow(), "package.lost", Principal.System)
                {
                    RootGroupId = provider.RootGroupId,
                    Succeeded = false,
                    Provider = $"{provider.Hostname}/{provider.Namespace}/{provider.Type}",
                    Version = row.Version.Version,
                    Platform = $"{row.Os}_{row.Arch}",
                    Detail = $"The package store does not hold {hex}.",
                });
                removed++;
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    [LoggerMessage(1501, LogLevel.Warning, "Recovered from an unclean stop: {Staged} staged packages removed, {Orphans} files without a row removed, {Missing} rows without a file removed")]
    private partial void Recovered(int staged, int orphans, int missing);

    [LoggerMessage(1502, LogLevel.Error, "The package store is empty, but {Missing} packages are recorded; is the disk with the packages mounted? Nothing was removed")]
    private partial void StoreIsEmpty(int missing);
}
