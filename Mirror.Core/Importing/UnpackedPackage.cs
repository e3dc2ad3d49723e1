using System.Buffers;
using System.IO.Compression;
using System.Text;
using Mirror.Core.Storage;

namespace Mirror.Core.Importing;

/// <summary>
/// Creates a zip archive from an unpacked package. On one machine, the same files result in the same bytes: names are sorted, there is a
/// single timestamp, no directory entries (they would change the <c>h1:</c>), and the mode only says whether a file is executable.
/// </summary>
public sealed class UnpackedPackage
{
    private const int BufferSize = 128 * 1024;
    private const int RegularFile = 0x8000;
    private const int Executable = 0x1ED; // rwxr-xr-x
    private const int Readable = 0x1A4; // rw-r--r--

    // The earliest time that a zip archive can represent.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<(byte[] Name, string Path)> _files;

    private UnpackedPackage(List<(byte[] Name, string Path)> files)
    {
        _files = files;
        Size = files.Sum(file => LengthOf(file.Path));
    }

    /// <summary>The total size of all files in bytes.</summary>
    public long Size { get; }

    /// <exception cref="InvalidDataException">The directory contains something that a package cannot; the message says what.</exception>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static UnpackedPackage Open(string directory) => new(PackageDirectory.Files(directory));

    /// <summary>Writes the archive sequentially, so that it can be uploaded as a stream.</summary>
    /// <param name="destination">Does not have to support seeking.</param>
    /// <param name="progress">Receives the number of bytes read so far, out of <see cref="Size"/>.</param>
    public async Task WriteZipAsync(Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var zip = await ZipArchive.CreateAsync(destination, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken)
                .ConfigureAwait(false);
            await using (zip.ConfigureAwait(false))
            {
                long done = 0;
                foreach (var (name, path) in _files)
                {
                    // The archive is created once and downloaded often; the fastest level makes it a third larger.
                    var entry = zip.CreateEntry(Encoding.UTF8.GetString(name), CompressionLevel.Optimal);
                    entry.LastWriteTime = Timestamp;
                    entry.ExternalAttributes = (RegularFile | ModeOf(path)) << 16;
                    var target = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
                    await using (target.ConfigureAwait(false))
                    {
                        done = await CopyAsync(path, target, buffer, done, progress, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<long> CopyAsync(
        string path, Stream target, byte[] buffer, long done, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        long offset = 0;
        int read;
        while ((read = RandomAccess.Read(file, buffer, offset)) > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            offset += read;
            progress?.Report(done + offset);
        }

        return done + offset;
    }

    private static int ModeOf(string path)
    {
        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

        // Windows has no executable bit, and copying a mirror may have removed it: clients could not start the provider.
        bool executable = Path.GetFileName(path).StartsWith("terraform-provider-", StringComparison.Ordinal)
            || !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & anyExecute) != 0;
        return executable ? Executable : Readable;
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;
    }
}
