using System.Formats.Tar;
using System.Security.Cryptography;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>A tar archive, named <c>….part</c> until it is complete; another export resumes the partial file.</summary>
internal sealed class BundleTarget : IExportTarget
{
    private readonly string _path;
    private readonly string _part;
    private readonly Dictionary<string, FileSegment> _present;
    private readonly FileStream _file;
    private readonly TarWriter _tar;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public BundleTarget(string path)
    {
        _path = path;
        _part = path + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var (present, end) = FindPresent(_part);
        _present = present;
        _file = new FileStream(
            _part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 128 * 1024, FileOptions.Asynchronous);
        _file.SetLength(end);
        _file.Position = end;
        _tar = new TarWriter(_file, TarEntryFormat.Pax, leaveOpen: true);
    }

    public string? FindHash(string name)
    {
        if (!_present.TryGetValue(name, out var segment))
        {
            return null;
        }

        using var content = segment.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    public byte[]? Find(string name) => null;

    public void Write(string name, byte[] content)
    {
        if (_present.ContainsKey(name))
        {
            return;
        }

        using var stream = new MemoryStream(content);
        _tar.WriteEntry(Entry(name, stream));
    }

    public async Task WriteAsync(string name, Func<Stream, Task> write)
    {
        // A tar entry begins with its length: write to a temporary file first, then to the archive.
        string temporary = _part + ".package";
        const FileOptions options = FileOptions.Asynchronous | FileOptions.DeleteOnClose;
        await using var file = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        await write(file);
        file.Position = 0;
        long begin = _file.Position;
        try
        {
            await _tar.WriteEntryAsync(Entry(name, file));
        }
        catch
        {
            _file.SetLength(begin);
            _file.Position = begin;
            throw;
        }
    }

    public Task CompleteAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        _tar.Dispose(); // Writes the end of the archive.
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_part, _path, overwrite: true);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // Not the writer, which would write the end of the archive.
        _file.Dispose();
    }

    /// <summary>The completely written packages and proofs, and the end of the last one, where the next export continues.</summary>
    private static (Dictionary<string, FileSegment> Present, long End) FindPresent(string part)
    {
        var present = new Dictionary<string, FileSegment>(StringComparer.Ordinal);
        long end = 0;
        if (File.Exists(part))
        {
            foreach (var (name, _, fault, _, file) in TarDirectory.Read(part).Entries)
            {
                bool isIndex = name.EndsWith(".json", StringComparison.Ordinal) && !name.EndsWith("_proof.json", StringComparison.Ordinal);
                if (fault is not null || isIndex)
                {
                    break;
                }

                present[name] = file;
                end = (file.Offset + file.Length + 511) / 512 * 512;
            }
        }

        return (present, end);
    }

    private static PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };
}
