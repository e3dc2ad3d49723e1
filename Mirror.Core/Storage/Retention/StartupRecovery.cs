using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Retention;

/// <param name="Staged">Staged packages that were never committed.</param>
/// <param name="Orphans">Stored files that no row refers to, after an interrupted operation or lost rows. They are kept.</param>
/// <param name="Missing">Rows without bytes, which were removed.</param>
public sealed record RecoveryReport(int Staged, int Orphans, int Missing);

/// <summary>
/// Makes files and rows consistent at start, before anything is served, after a stop at any point: removes uncommitted files, treats files
/// that no row refers to as <see cref="Orphans"/>, and removes rows without bytes, with an audit event, so that the next request fetches
/// the packages again.
/// </summary>
public sealed partial class StartupRecovery(
    IDbContextFactory<MirrorDbContext> databases,
    IPackageStore store,
    PendingBlobs pending,
    Orphans orphans,
    TimeProvider time,
    ILogger<StartupRecovery> logger)
{
    public async Task<RecoveryReport> RunAsync(CancellationToken cancellationToken)
    {
        int staged = await store.ClearStagingAsync(cancellationToken).ConfigureAwait(false);
        if (await pending.RecoverAsync(isStart: true, cancellationToken).ConfigureAwait(false) is > 0 and var interrupted)
        {
            Interrupted(interrupted);
        }

        var stored = await store.ListAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var named = await ReferencedBlobs.In(db).ToListAsync(cancellationToken).ConfigureAwait(false);
        int missing = await RemoveRowsAsync(db, [.. stored.Select(package => package.Digest.Hex)], named, cancellationToken)
            .ConfigureAwait(false);
        var report = new RecoveryReport(staged, await orphans.FindAsync(stored, cancellationToken).ConfigureAwait(false), missing);
        if (report is not { Staged: 0, Orphans: 0, Missing: 0 })
        {
            Recovered(staged, report.Orphans, missing);
        }

        return report;
    }

    private async Task<int> RemoveRowsAsync(
        MirrorDbContext db, HashSet<string> stored, List<ReferencedBlob> named, CancellationToken cancellationToken)
    {
        var missing = named.Where(bytes => !stored.Contains(bytes.Sha256)).ToList();
        if (OrphanPolicy.HoldsBack(missing.Sum(bytes => bytes.Size), named.Sum(bytes => bytes.Size)))
        {
            // An unmounted disk, or an older copy of it, looks like this. Keep the records: requested packages are fetched again, and
            // 'mirror verify' removes the records.
            MuchIsMissing(missing.Count, named.Count);
            return 0;
        }

        int removed = 0;
        foreach (string hex in missing.Select(bytes => bytes.Sha256))
        {
            var rows = await db.Packages.Include(row => row.Version)
                .ThenInclude(version => version.Provider)
                .Where(row => row.Sha256 == hex)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
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
                    Detail = $"The package store has no bytes for {hex}.",
                });
                removed++;
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    [LoggerMessage(
        1701,
        LogLevel.Warning,
        "Recovered from an unclean shutdown: removed {Staged} staged packages and {Missing} records without a file, kept {Orphans} orphaned files")]
    private partial void Recovered(int staged, int orphans, int missing);

    [LoggerMessage(1707, LogLevel.Warning, "Removed the packages of {Count} publications that a kill interrupted")]
    private partial void Interrupted(int count);

    [LoggerMessage(
        1702,
        LogLevel.Error,
        "The package store lacks {Missing} of the {Recorded} recorded packages, more than a tenth of all bytes. Check that the right disk is mounted. No record was removed")]
    private partial void MuchIsMissing(int missing, int recorded);
}
