using System.Formats.Tar;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Database.Sqlite;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Storage.Backups;

/// <param name="Packages">The number of packages in the backup.</param>
/// <param name="Size">Their size in bytes.</param>
/// <param name="Gone">Packages that were deleted during the backup and are not included.</param>
/// <param name="Damaged">The digests of packages whose stored bytes are damaged; they are not included either.</param>
/// <param name="WrittenBy">The version of Mirror that made the backup.</param>
public sealed record BackupReport(int Packages, long Size, int Gone, IReadOnlyList<Sha256Digest> Damaged, string WrittenBy);

/// <summary>
/// Backs up the data, even while a server is using it: a snapshot of the database, then its packages, which never change. Packages deleted
/// during the backup are removed from the snapshot.
/// </summary>
public sealed class BackupWriter(CatalogDatabase database, IPackageStore store, StoredBlobs blobs, MirrorOptions options)
{
    /// <param name="path">The file to write. It contains secrets and is only readable by its owner. It appears when it is complete.</param>
    /// <param name="progress">Receives the number of packages completed and in total.</param>
    /// <exception cref="OtherSchemaException">The database has another schema.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or is a link instead of a file.</exception>
    public async Task<BackupReport> WriteAsync(string path, IProgress<(int Done, int Total)> progress, CancellationToken cancellationToken)
    {
        string part = path + ".part", snapshot = path + ".db";
        await database.CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SnapshotAsync(snapshot, cancellationToken).ConfigureAwait(false);
            BackupReport report;
            var file = BackupFile.NewFile(part, BackupFile.OwnerMode);
            await using (file.ConfigureAwait(false))
            {
                var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true);
                await using (tar.ConfigureAwait(false))
                {
                    report = await WriteAsync(tar, snapshot, progress, cancellationToken).ConfigureAwait(false);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
            return report;
        }
        finally
        {
            File.Delete(part);
            File.Delete(snapshot);
        }
    }

    private async Task<BackupReport> WriteAsync(
        TarWriter tar, string snapshot, IProgress<(int Done, int Total)> progress, CancellationToken cancellationToken)
    {
        using var db = SqliteEngine.Open(snapshot);
        var digests = await ReferencedBlobs.In(db)
            .Select(bytes => bytes.Sha256)
            .Distinct()
            .OrderBy(hex => hex)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (await StoreOwnership.FindInstanceAsync(db, cancellationToken).ConfigureAwait(false) is { } instance
            && await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false) != instance)
        {
            // With the disk not mounted, all packages would count as deleted.
            throw new IOException(
                $"The package store '{store.Location}' does not belong to the database; check that the right disk is mounted.");
        }

        int done = 0, gone = 0;
        long size = 0;
        var damaged = new List<Sha256Digest>();
        foreach (string hex in digests)
        {
            var digest = Sha256Digest.Parse(hex);
            using (var opened = await blobs.OpenAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                if (opened is { Content: { } content } && await opened.Fault.WaitAsync(cancellationToken).ConfigureAwait(false) is null)
                {
                    size += content.Length;
                    await tar.WriteEntryAsync(
                        BackupFile.Entry(BackupFile.NameOf(digest), new PackageContentStream(content)),
                        cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    gone += opened is null ? 1 : 0;
                    damaged.AddRange(opened is null ? [] : [digest]);
                    var rows = db.Packages.Where(row => row.Sha256 == hex);
                    var versions = await rows.Select(row => row.VersionId).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
                    await rows.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                    await VersionFigures.UpdateAsync(db, versions, cancellationToken).ConfigureAwait(false);
                }
            }

            progress.Report((++done, digests.Count));
        }

        await WriteTablesAsync(tar, db, snapshot + ".rows", cancellationToken).ConfigureAwait(false);
        await db.Database.CloseConnectionAsync().ConfigureAwait(false);
        foreach (string name in SmallFiles())
        {
            await WriteFileAsync(tar, name, options.DataDirectory, name, cancellationToken).ConfigureAwait(false);
        }

        await WriteFileAsync(tar, BackupFile.Database, Path.GetDirectoryName(snapshot)!, Path.GetFileName(snapshot), cancellationToken)
            .ConfigureAwait(false);
        await tar.WriteEntryAsync(BackupFile.Entry(BackupFile.End, new MemoryStream()), cancellationToken).ConfigureAwait(false);
        return new BackupReport(digests.Count - gone - damaged.Count, size, gone, damaged, ProductVersion.Text);
    }

    /// <summary>Adds the rows as JSON, for versions with another schema.</summary>
    private static async Task WriteTablesAsync(TarWriter tar, MirrorDbContext db, string path, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var connection = db.Database.GetDbConnection();
        foreach (string table in await TableWriter.ListAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            var rows = BackupFile.NewFile(path, BackupFile.OwnerMode, FileOptions.DeleteOnClose);
            await using (rows.ConfigureAwait(false))
            {
                await TableWriter.WriteAsync(connection, table, rows, cancellationToken).ConfigureAwait(false);
                rows.Position = 0;
                await tar.WriteEntryAsync(BackupFile.Entry(BackupFile.NameOfTable(table), rows), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private IEnumerable<string> SmallFiles()
    {
        foreach (string directory in BackupFile.Directories.Where(name => Directory.Exists(Path.Combine(options.DataDirectory, name))))
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(options.DataDirectory, directory)).Order(StringComparer.Ordinal))
            {
                yield return $"{directory}/{Path.GetFileName(file)}";
            }
        }

        if (File.Exists(Path.Combine(options.DataDirectory, BackupFile.AdminToken)))
        {
            yield return BackupFile.AdminToken;
        }
    }

    private async Task SnapshotAsync(string path, CancellationToken cancellationToken)
    {
        // Created first, so that only the owner can read it from the first byte.
        BackupFile.NewFile(path, BackupFile.OwnerMode).Dispose();
        if (options.Database.Provider == DatabaseProvider.Sqlite)
        {
            await using var db = database.CreateDbContext();
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {path}", cancellationToken).ConfigureAwait(false);
            return;
        }

        var copy = new CatalogDatabase(SqliteEngine.In(path), options.DataDirectory, null);
        await new DatabaseCopy(database, copy, path + ".rows") { Includes = TableWriter.Includes }.RunAsync(null, cancellationToken)
            .ConfigureAwait(false);
        await SqliteEngine.LeaveWriteAheadLogAsync(path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does not follow links: their targets are not part of this instance.</summary>
    private static async Task WriteFileAsync(TarWriter tar, string name, string directory, string path, CancellationToken cancellationToken)
    {
        if (StoredFile.Open(directory, path.Split('/')) is not var (handle, _))
        {
            throw new FileNotFoundException($"'{path}' in '{directory}' has just been removed.");
        }

        var mode = OperatingSystem.IsWindows() ? BackupFile.OwnerMode : File.GetUnixFileMode(handle) & BackupFile.BroadestMode;
        var file = new FileStream(handle, FileAccess.Read);
        await using (file.ConfigureAwait(false))
        {
            await tar.WriteEntryAsync(BackupFile.Entry(name, file, mode), cancellationToken).ConfigureAwait(false);
        }
    }
}
