using System.Buffers;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Packages;

namespace Mirror.Core.Backups;

/// <summary>
/// Restores a backup into a data directory without a database. The whole archive is checked by its headers first, then the
/// database, then each package against its digest; what is refused leaves nothing behind. The database comes last, so that a
/// restore that is interrupted can be started again.
/// </summary>
public sealed class BackupReader(IPackageStore store, MirrorOptions options)
{
    private const int BufferSize = 128 * 1024;
    private const string Part = ".restoring";

    /// <exception cref="InvalidDataException">It is not a whole backup, holds what no backup does, or is damaged; the message names the entry.</exception>
    /// <exception cref="IOException">Something cannot be read or written, or there is a database already.</exception>
    public async Task<BackupReport> RestoreAsync(string path, IProgress<int> progress, CancellationToken cancellationToken)
    {
        if (File.Exists(options.DatabasePath))
        {
            throw new IOException($"'{options.DataDirectory}' holds data already; restore into a new directory (Mirror:DataDirectory), or move these away first.");
        }

        var backup = BackupContents.Read(path);
        TarDirectoryEntry[] files = [.. backup.SmallFiles, backup.Database];
        var stored = new List<Sha256Digest>();
        try
        {
            await WriteAsync(backup.Database, cancellationToken).ConfigureAwait(false);
            await BackupContents.CheckDatabaseAsync(PathOf(backup.Database) + Part, cancellationToken).ConfigureAwait(false);
            int done = 0;
            foreach (var (digest, content) in backup.Packages)
            {
                if (await RestorePackageAsync(digest, content, cancellationToken).ConfigureAwait(false) == StoreCommit.Stored)
                {
                    stored.Add(digest);
                }

                progress.Report(++done);
            }

            foreach (var file in backup.SmallFiles)
            {
                await WriteAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await RemoveAsync(stored, files).ConfigureAwait(false);
            throw;
        }

        foreach (var file in files)
        {
            File.Move(PathOf(file) + Part, PathOf(file), overwrite: true);
        }

        return new BackupReport(backup.Packages.Count, backup.Packages.Sum(package => package.Content.Length), 0);
    }

    private async Task<StoreCommit> RestorePackageAsync(Sha256Digest digest, FileSegment content, CancellationToken cancellationToken)
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
            return await store.CommitAsync(staged, digest, replace: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a file beside its place.</summary>
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
        var file = BackupFile.NewFile(path, entry.Mode & BackupFile.MostMode);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, BufferSize, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    private async Task RemoveAsync(List<Sha256Digest> packages, TarDirectoryEntry[] files)
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
