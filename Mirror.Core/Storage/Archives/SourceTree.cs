using System.Formats.Tar;

namespace Mirror.Core.Storage.Archives;

/// <summary>
/// A source tree as a tar.gz archive whose bytes depend only on the names, contents and executable bits of its files: not on the tool or
/// server that packed them. Files are sorted, without times and owners. Symbolic links become copies of the files in the archive that they
/// refer to, because clients unpack links from archives as empty files; links to anything else are omitted.
/// </summary>
public sealed class SourceTree
{
    private const int MaxEntries = 100_000;
    private const int MaxLinks = 40;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly SortedDictionary<string, (FileSegment Content, bool IsExecutable)> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _links = new(StringComparer.Ordinal);

    private SourceTree()
    {
    }

    /// <summary>In bytes, of all files.</summary>
    public long UnpackedSize => _files.Values.Sum(file => file.Content.Length);

    /// <summary>Reads the directory of an uncompressed tar archive.</summary>
    /// <param name="stripTop">All files are in one directory, which is omitted.</param>
    /// <param name="maxSize">Of all files together, in bytes.</param>
    /// <exception cref="InvalidDataException">The archive cannot be unpacked safely; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SourceTree Read(string path, bool stripTop, long maxSize)
    {
        var listing = TarDirectory.Read(path);
        if (listing.Fault is { } fault)
        {
            throw new InvalidDataException($"the archive cannot be read: {fault}");
        }

        var archive = new SourceTree();
        string? top = null;
        foreach (var entry in listing.Entries.Where(entry => !entry.IsGlobalHeader))
        {
            string name = Check(entry);
            if (stripTop)
            {
                string[] parts = name.Split('/', 2);
                top ??= parts[0];
                if (parts[0] != top)
                {
                    throw new InvalidDataException(
                        $"the archive has '{TarDirectory.Display(name)}' in addition to the directory '{TarDirectory.Display(top)}'");
                }

                name = parts.ElementAtOrDefault(1) ?? "";
            }

            archive.Add(name, entry);
        }

        archive.ReplaceLinks();
        archive.CheckSize(maxSize);
        return archive;
    }

    /// <summary>Packs files whose names are relative, with <c>/</c> between directories.</summary>
    public static SourceTree Of(IEnumerable<(string Name, FileSegment Content, bool IsExecutable)> files)
    {
        var tree = new SourceTree();
        foreach (var (name, content, isExecutable) in files)
        {
            tree._files.Add(name, (content, isExecutable));
        }

        return tree;
    }

    /// <param name="write">Receives the bytes of the archive.</param>
    public async Task WriteAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        await using var gzip = new StoredGzipStream(write);
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var (name, (segment, isExecutable)) in _files)
            {
                await using var content = segment.Length == 0 ? null : segment.OpenRead();
                var entry = new GnuTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = isExecutable ? Executable : Readable,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    DataStream = content,
                };
                await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }

        await gzip.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Add(string name, TarDirectoryEntry entry)
    {
        if (entry.IsDirectory || name.Length == 0)
        {
            return;
        }

        if (_files.Count + _links.Count >= MaxEntries)
        {
            throw new InvalidDataException($"the archive has more than {MaxEntries} files");
        }

        if (entry.LinkTarget is { } target)
        {
            _links[name] = target;
        }
        else
        {
            _files[name] = (entry.Content, entry.Mode.HasFlag(UnixFileMode.UserExecute));
        }
    }

    /// <returns>The name without a trailing slash.</returns>
    private static string Check(TarDirectoryEntry entry)
    {
        string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        name = name.TrimEnd('/');
        if (entry.LinkTarget is null && entry.Fault is { } fault)
        {
            throw new InvalidDataException($"its entry '{TarDirectory.Display(name)}' {fault}");
        }

        return name.StartsWith('/') || name.Any(char.IsControl) || name.Contains('\\', StringComparison.Ordinal)
            || name.Split('/').Any(part =>
                part is "." or ".." || part.Length == 0 && name.Length > 0 || part.Equals(".git", StringComparison.OrdinalIgnoreCase))
                ? throw new InvalidDataException($"the name of its entry '{TarDirectory.Display(entry.Name)}' is not allowed")
                : name;
    }

    private void ReplaceLinks()
    {
        var copies = new List<KeyValuePair<string, (FileSegment, bool)>>();
        foreach (var (name, target) in _links)
        {
            if (Follow(name, target) is not { } path)
            {
                continue;
            }

            if (_files.TryGetValue(path, out var file))
            {
                copies.Add(KeyValuePair.Create(name, file));
                continue;
            }

            string directory = path.Length == 0 ? "" : path + "/";
            if ((name + "/").StartsWith(directory, StringComparison.Ordinal))
            {
                // A link to a directory that contains it would repeat it endlessly.
                continue;
            }

            copies.AddRange(_files.Where(other => other.Key.StartsWith(directory, StringComparison.Ordinal))
                .Select(other => KeyValuePair.Create($"{name}/{other.Key[directory.Length..]}", other.Value)));
            if (_files.Count + copies.Count > MaxEntries)
            {
                throw new InvalidDataException($"the archive has more than {MaxEntries} files with those that its symbolic links refer to");
            }
        }

        foreach (var (name, file) in copies)
        {
            _files.TryAdd(name, file);
        }
    }

    /// <returns>The path that a link leads to; null if it leaves the archive or does not end.</returns>
    private string? Follow(string link, string target)
    {
        string? path = Resolve(link, target);
        for (int i = 0; i < MaxLinks && path is not null; i++)
        {
            string[] parts = path.Split('/');
            int length = Enumerable.Range(1, parts.Length).FirstOrDefault(n => _links.ContainsKey(string.Join('/', parts[..n])));
            if (length == 0)
            {
                return path;
            }

            string inner = string.Join('/', parts[..length]);
            path = Resolve(inner, _links[inner]) is { } resolved ? string.Join('/', [resolved, .. parts[length..]]).TrimStart('/') : null;
        }

        return null;
    }

    /// <summary>The target of a link relative to the root of the archive; null if it is outside.</summary>
    private static string? Resolve(string link, string target)
    {
        if (target.StartsWith('/') || target.Length == 0)
        {
            return null;
        }

        var path = new List<string>(link.Split('/')[..^1]);
        foreach (string part in target.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when path.Count == 0:
                    return null;
                case "..":
                    path.RemoveAt(path.Count - 1);
                    break;
                default:
                    path.Add(part);
                    break;
            }
        }

        return string.Join('/', path);
    }

    private void CheckSize(long maxSize)
    {
        if (_files.Count == 0)
        {
            throw new InvalidDataException("the archive contains no files");
        }

        if (UnpackedSize > maxSize)
        {
            throw new InvalidDataException($"its files have {UnpackedSize} bytes; expected at most {maxSize}");
        }
    }
}
