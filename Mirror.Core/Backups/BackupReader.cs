using System.Buffers;
using System.Formats.Tar;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Packages;

namespace Mirror.Core.Backups;

/// <summary>
/// Puts a backup in the place of a data directory without a database, each package checked against its digest. The database
/// comes last, so that a restore that is interrupted can be begun again.
/// </summary>
public sealed class BackupReader(IPackageStore store, MirrorOptions options)
{
    private const int BufferSize = 128 * 1024;

    /// <exception cref="InvalidDataException">It is no whole backup, or a package in it is damaged; there is no database then.</exception>
    /// <exception cref="IOException">Something cannot be read or written, or there is a database already.</exception>
    public async Task<BackupReport> RestoreAsync(string path, IProgress<int> progress, CancellationToken cancellationToken)
    {
        if (File.Exists(options.DatabasePath))
        {
            throw new IOException($"'{options.DataDirectory}' holds data already; restore into a new directory (Mirror:DataDirectory), or move these away first.");
        }

        string database = options.DatabasePath + ".restoring";
        int packages = 0;
        long size = 0;
        bool isWhole = false;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            var tar = new TarReader(file);
            await using (tar.ConfigureAwait(false))
            {
                try
                {
                    while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                    {
                        isWhole = entry.Name == BackupFile.End;
                        if (BackupFile.TryParsePackage(entry.Name, out var digest))
                        {
                            await RestorePackageAsync(entry, digest.Value, cancellationToken).ConfigureAwait(false);
                            size += entry.Length;
                            progress.Report(++packages);
                        }
                        else if (entry.Name == BackupFile.Database)
                        {
                            await WriteAsync(entry, database, cancellationToken).ConfigureAwait(false);
                        }
                        else if (BackupFile.IsSmallFile(entry.Name))
                        {
                            await WriteAsync(entry, Path.Combine([options.DataDirectory, .. entry.Name.Split('/')]), cancellationToken).ConfigureAwait(false);
                        }
                        else if (!isWhole)
                        {
                            throw new InvalidDataException($"'{path}' holds '{entry.Name}', which no backup does.");
                        }
                    }
                }
                catch (Exception e) when (e is EndOfStreamException or FormatException)
                {
                    isWhole = false;
                }
            }
        }

        if (!isWhole || !File.Exists(database))
        {
            File.Delete(database);
            throw new InvalidDataException($"'{path}' is no whole backup: its end is missing.");
        }

        File.Move(database, options.DatabasePath);
        return new BackupReport(packages, size, 0);
    }

    private async Task RestorePackageAsync(TarEntry entry, Sha256Digest digest, CancellationToken cancellationToken)
    {
        using var staged = store.Stage();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while (entry.DataStream is { } content && (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
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
            await store.CommitAsync(staged, digest, replace: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        string directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(directory)
                : Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var file = BackupFile.NewFile(path, entry.Mode & BackupFile.MostMode);
        await using (file.ConfigureAwait(false))
        {
            if (entry.DataStream is { } content)
            {
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }

            file.Flush(flushToDisk: true);
        }
    }
}
