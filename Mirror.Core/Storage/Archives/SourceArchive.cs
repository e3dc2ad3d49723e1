using System.IO.Compression;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Archives;

/// <param name="Path">Relative to the archive's root, without <c>./</c>; it stays inside the archive.</param>
/// <param name="Size">In bytes.</param>
internal sealed record SourceFile(string Path, long Size);

/// <summary>
/// The files of a tar.gz or zip archive of source code, without unpacking it to disk. The whole archive has been read: every client unpacks
/// the same files from it, below the target directory, at a limited cost. The work is synchronous and belongs on a background thread.
/// </summary>
internal sealed class SourceArchive
{
    internal const int MaxEntries = 10_000;

    private readonly Action<IReadOnlySet<string>, Action<SourceFile, Stream>> _read;

    private SourceArchive(
        IReadOnlyList<SourceFile> files, IReadOnlyList<string> links, Action<IReadOnlySet<string>, Action<SourceFile, Stream>> read) =>
        (Files, Links, _read) = (files, links, read);

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The paths of symbolic links, which lead to places inside the archive. Clients do not follow them.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>Whether archives of the format can be read; the others are passed on unchanged.</summary>
    public static bool Reads(ArchiveFormat format) => format.IsGzip || format.Equals(ArchiveFormat.Zip);

    /// <param name="content">Must be seekable, and stay open while files are read.</param>
    /// <param name="maxUnpackedSize">In bytes.</param>
    /// <exception cref="InvalidDataException">The archive is damaged or breaks a rule; the message is a clause that describes it.</exception>
    public static SourceArchive Open(Stream content, ArchiveFormat format, long maxUnpackedSize, CancellationToken cancellationToken)
    {
        byte[] start = new byte[6];
        content.Position = 0;
        int read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!Reads(format))
        {
            throw new InvalidDataException($"{format} archives cannot be read here; expected tar.gz or zip");
        }

        if (!format.Begins(start.AsSpan(0, read)))
        {
            throw new InvalidDataException($"the file does not start like a {format} archive");
        }

        try
        {
            return format.IsGzip
                ? OpenTar(content, ZipRules.UnpackedLimit(content.Length, maxUnpackedSize), cancellationToken)
                : OpenZip(content, maxUnpackedSize, cancellationToken);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the archive is truncated: it ends in the middle of an entry", e);
        }
    }

    /// <summary>Reads some of the files, in the archive's order.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public void Read(IReadOnlySet<string> paths, Action<SourceFile, Stream> read)
    {
        if (paths.Count > 0)
        {
            _read(paths, read);
        }
    }

    private static SourceArchive OpenZip(Stream zip, long maxUnpackedSize, CancellationToken cancellationToken)
    {
        // Hashing checks every rule and every checksum.
        if (PackageHasher.HashZip(zip, maxUnpackedSize, null, cancellationToken) is PackageHashResult.Refused refused)
        {
            throw new InvalidDataException(refused.Reason);
        }

        var entries = ZipDirectory.Read(zip)
            .Where(entry => !entry.IsDirectory)
            .Select(entry => (Entry: entry, File: new SourceFile(Encoding.UTF8.GetString(entry.Name), entry.Size)))
            .ToList();
        return new SourceArchive([.. entries.Select(item => item.File)], [], (paths, read) =>
        {
            foreach (var (entry, file) in entries.Where(item => paths.Contains(item.File.Path)))
            {
                using var content = entry.Open(zip);
                read(file, content);
            }
        });
    }

    private static SourceArchive OpenTar(Stream content, long limit, CancellationToken cancellationToken)
    {
        var listing = Walk(content, limit, cancellationToken);
        var files = new List<(SourceFile File, FileSegment Segment)>();
        var links = new List<string>();
        // Windows and macOS ignore case.
        var kinds = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in listing.Entries.Where(entry => !entry.IsGlobalHeader))
        {
            string path = Normalize(entry.Name);
            if (path.Length > 0)
            {
                Check(entry, path, kinds);
                if (entry.LinkTarget is not null)
                {
                    links.Add(path);
                }
                else if (!entry.IsDirectory)
                {
                    files.Add((new SourceFile(path, entry.Content.Length), entry.Content));
                }
            }
        }

        CheckParents(kinds);
        return new SourceArchive([.. files.Select(item => item.File)], links, (paths, read) =>
        {
            using var tar = Unpack(content, limit, cancellationToken);
            foreach (var (file, segment) in files.Where(item => paths.Contains(item.File.Path)))
            {
                tar.Position = segment.Offset;
                read(file, new BoundedStream(tar, segment.Length));
            }
        });
    }

    private static TarListing Walk(Stream content, long limit, CancellationToken cancellationToken)
    {
        using var tar = Unpack(content, limit, cancellationToken);
        var listing = TarDirectory.Read(tar, "the archive", maxEntries: MaxEntries);
        if (listing.Fault is { } fault)
        {
            throw new InvalidDataException(fault);
        }

        // To the end, where the checksum is. Some readers would continue after the end marker, and see other entries than these.
        byte[] rest = new byte[32 * 1024];
        for (int read; (read = tar.Read(rest)) > 0;)
        {
            if (rest.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException("the tar archive has content after its end marker");
            }
        }

        return listing;
    }

    private static ForwardStream Unpack(Stream content, long limit, CancellationToken cancellationToken)
    {
        content.Position = 0;
        return new ForwardStream(new GZipStream(new TerminatedStream(content), CompressionMode.Decompress), limit, cancellationToken);
    }

    /// <summary>Removes the <c>./</c> with which tar begins the names of a directory's files.</summary>
    private static string Normalize(string name)
    {
        while (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        return name == "." ? "" : name.EndsWith('/') ? name[..^1] : name;
    }

    private static void Check(TarDirectoryEntry entry, string path, Dictionary<string, bool> kinds)
    {
        string? fault = ZipRules.FaultOfName(Encoding.UTF8.GetBytes(path))
            ?? (entry.LinkTarget is { } target ? FaultOfLink(path, target) : entry.Fault);
        if (fault is not null)
        {
            throw new InvalidDataException($"the archive's entry '{TarDirectory.Display(path)}' {fault}");
        }

        if (!kinds.TryAdd(path, entry.IsDirectory) && !(entry.IsDirectory && kinds[path]))
        {
            throw new InvalidDataException(
                $"the archive has two entries named '{TarDirectory.Display(path)}', or names that differ only in case; clients cannot store both");
        }
    }

    private static string? FaultOfLink(string path, string target)
    {
        int depth = path.Count(c => c == '/');
        bool isInside = target.Length > 0 && target[0] != '/' && !target.Contains('\\') && !target.Contains(':');
        foreach (string part in target.Split('/'))
        {
            depth += part switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            isInside &= depth >= 0;
        }

        return isInside ? null : $"is a symbolic link to '{TarDirectory.Display(target)}', outside the archive";
    }

    private static void CheckParents(Dictionary<string, bool> kinds)
    {
        foreach (string path in kinds.Keys)
        {
            for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                if (kinds.TryGetValue(path[..slash], out bool isDirectory) && !isDirectory)
                {
                    throw new InvalidDataException(
                        $"the archive's entry '{TarDirectory.Display(path)}' is below '{TarDirectory.Display(path[..slash])}', which is not a directory");
                }
            }
        }
    }

    /// <summary>
    /// Adds invalid bytes to a gzip file: <see cref="GZipStream"/> ignores them after the end of a complete file, and fails on one that was
    /// truncated, which it would otherwise accept.
    /// </summary>
    private sealed class TerminatedStream(Stream gzip) : ReadOnlyStream
    {
        private int _left = 32;

        public override int Read(Span<byte> buffer)
        {
            int read = gzip.Read(buffer);
            if (read == 0)
            {
                read = Math.Min(_left, buffer.Length);
                buffer[..read].Fill(0xff);
                _left -= read;
            }

            return read;
        }
    }
}
