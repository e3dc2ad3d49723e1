using System.Buffers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Database.Sqlite;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Storage.Backups;

/// <summary>
/// Restores a backup into a data directory without a database. First checks the headers of the whole archive, then the database, which is
/// converted if it has another schema, then each package against its digest; a rejected backup leaves nothing behind. The database is
/// written last, so that an interrupted restore can be repeated. The package store gets the id of the backup's instance.
/// </summary>
public sealed class BackupReader(CatalogDatabase target, IPackageStore store, MirrorOptions options)
{
    private const int BufferSize = 128 * 1024;
    private const string Part = ".restoring";

    /// <exception cref="InvalidDataException">
    /// The file is not a complete backup, contains an unexpected entry, or is damaged; the message names the entry.
    /// </exception>
    /// <exception cref="IOException">
    /// A file cannot be read or written, or there is already a database, or packages of another instance.
    /// </exception>
    public async Task<BackupReport> RestoreAsync(string path, IProgress<int> progress, CancellationToken cancellationToken)
    {
        if (File.Exists(options.DatabasePath))
        {
            throw new IOException(
                $"'{options.DataDirectory}' already contains data. Restore into a new directory (Mirror:DataDirectory), or move the data away first.");
        }

        bool isFile = options.Database.Provider == DatabaseProvider.Sqlite;
        if (!isFile && await target.ContainsDataAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new IOException($"The database {target.Name} already contains data. Restore into an empty one (Mirror:Database:ConnectionString).");
        }

        var backup = BackupContents.Read(path);
        TarDirectoryEntry[] files = [.. backup.SmallFiles, backup.Database];
        var before = await store.ListAsync(cancellationToken)
            .Select(package => package.Digest)
            .ToHashSetAsync(cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var stored = new Dictionary<Sha256Digest, string>();
        string database = PathOf(backup.Database) + Part;
        string? instance;
        string writtenBy;
        try
        {
            await WriteAsync(backup.Database, cancellationToken).ConfigureAwait(false);
            (bool hasThisSchema, writtenBy) = await BackupContents.CheckDatabaseAsync(database, cancellationToken).ConfigureAwait(false);
            if (!hasThisSchema)
            {
                await SchemaConversion.ConvertAsync(
                    database, table => backup.Tables.GetValueOrDefault(table)?.Content.OpenRead(), cancellationToken).ConfigureAwait(false);
            }

            instance = await FindInstanceAsync(database, cancellationToken).ConfigureAwait(false);
            int done = 0;
            foreach (var (digest, content) in backup.Packages)
            {
                stored[digest] = await RestorePackageAsync(digest, content, cancellationToken).ConfigureAwait(false);
                progress.Report(++done);
            }

            foreach (var file in backup.SmallFiles)
            {
                await WriteAsync(file, cancellationToken).ConfigureAwait(false);
            }

            await RecordAsync(database, backup.Packages, stored, cancellationToken).ConfigureAwait(false);
            if (!isFile)
            {
                var restored = new CatalogDatabase(SqliteEngine.In(database), options.DataDirectory, null);
                await new DatabaseCopy(restored, target, database + ".rows") { Includes = TableWriter.Includes }.RunAsync(null, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch
        {
            await RemoveAsync(stored.Keys.Where(digest => !before.Contains(digest)), files).ConfigureAwait(false);
            throw;
        }

        if (instance is not null)
        {
            await store.SetOwnerAsync(instance, cancellationToken).ConfigureAwait(false);
        }

        foreach (var file in files)
        {
            if (isFile || file != backup.Database)
            {
                File.Move(PathOf(file) + Part, PathOf(file), overwrite: true);
            }
            else
            {
                File.Delete(PathOf(file) + Part);
            }
        }

        return new BackupReport(backup.Packages.Count, backup.Packages.Sum(package => package.Content.Length), 0, [], writtenBy);
    }

    /// <exception cref="IOException">The existing packages belong to another instance.</exception>
    private async Task<string?> FindInstanceAsync(string database, CancellationToken cancellationToken)
    {
        await using var db = SqliteEngine.Open(database);
        string? instance = await StoreOwnership.FindInstanceAsync(db, cancellationToken).ConfigureAwait(false);
        return await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false) is { } owner && owner != instance
            ? throw new IOException(
                $"The packages in '{store.Location}' belong to instance {owner}, but the backup belongs to instance {instance}. Restore into a new directory (Mirror:DataDirectory), or move the packages away first.")
            : instance;
    }

    /// <summary>Records that each package has just been hashed, so that the first request does not hash it again.</summary>
    private static async Task RecordAsync(
        string database,
        IReadOnlyList<(Sha256Digest Digest, FileSegment Content)> packages,
        Dictionary<Sha256Digest, string> identities,
        CancellationToken cancellationToken)
    {
        await using var db = SqliteEngine.Open(database);
        var blobs = await db.Blobs.ToDictionaryAsync(row => row.Sha256, cancellationToken).ConfigureAwait(false);
        foreach (var blob in blobs.Values)
        {
            blob.Identity = identities.GetValueOrDefault(Sha256Digest.Parse(blob.Sha256));
        }

        // Versions of Mirror without the table of stored bytes recorded no identity.
        db.Blobs.AddRange(packages.Where(package => !blobs.ContainsKey(package.Digest.Hex))
            .Select(package =>
                new BlobRow { Sha256 = package.Digest.Hex, Size = package.Content.Length, Identity = identities[package.Digest] }));

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The identity of the stored bytes.</returns>
    private async Task<string> RestorePackageAsync(Sha256Digest digest, FileSegment content, CancellationToken cancellationToken)
    {
        using var staged = store.Stage();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var stream = content.OpenRead();
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                await staged.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Sha256Digest.FromBytes(hash.GetHashAndReset()) != digest)
        {
            throw new InvalidDataException($"The package {digest} in the backup is damaged.");
        }

        using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            return await store.CommitAsync(staged, digest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a file under a temporary name.</summary>
    private async Task WriteAsync(TarDirectoryEntry entry, CancellationToken cancellationToken)
    {
        string path = PathOf(entry) + Part;
        string directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(directory)
                : Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        using var content = entry.Content.OpenRead();
        var file = BackupFile.NewFile(path, entry.Mode & BackupFile.BroadestMode);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, BufferSize, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    private async Task RemoveAsync(IEnumerable<Sha256Digest> packages, TarDirectoryEntry[] files)
    {
        foreach (var digest in packages)
        {
            using (await store.LockAsync(digest, CancellationToken.None).ConfigureAwait(false))
            {
                await store.DeleteAsync(digest, CancellationToken.None).ConfigureAwait(false);
            }
        }

        foreach (var file in files.Where(file => Directory.Exists(Path.GetDirectoryName(PathOf(file)))))
        {
            File.Delete(PathOf(file) + Part);
        }
    }

    private string PathOf(TarDirectoryEntry entry) => Path.Combine([options.DataDirectory, .. entry.Name.Split('/')]);
}
