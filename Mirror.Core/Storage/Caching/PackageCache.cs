using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Caching;

/// <summary>
/// Copies of packages in a directory, bounded in size: the least recently used ones are removed, except those being read. Only hashed bytes
/// are added. A copy whose file has been modified since is removed instead of being used.
/// </summary>
/// <remarks>
/// The file <c>index</c> records the identity of each copy at its hashing, so that copies survive a restart. Files that it does not
/// describe, after a crash for example, are removed at start.
/// </remarks>
internal sealed class PackageCache
{
    private const string Index = "index";
    private const int MaxExtraLines = 1000;

    private readonly string _directory;
    private readonly long _capacity;
    private readonly long _keptFree;
    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, Copy> _copies = [];
    private long _uses;
    private long _size;
    private long _reserved;
    private int _lines;

    /// <param name="keptFree">Disk space in bytes that the cache leaves free.</param>
    /// <exception cref="IOException">The directory cannot be created or read.</exception>
    public PackageCache(string directory, long capacity, long keptFree)
    {
        (_directory, _capacity, _keptFree) = (directory, capacity, keptFree);
        StagingDirectory.CreateForOwner(directory);
        Load();
        lock (_gate)
        {
            if (FindUnused(0) is { } surplus)
            {
                surplus.ForEach(Remove);
            }

            WriteIndex();
        }
    }

    /// <summary>The size of all copies in bytes.</summary>
    public long Size
    {
        get
        {
            lock (_gate)
            {
                return _size;
            }
        }
    }

    /// <summary>Opens a copy; null if there is none.</summary>
    public IPackageContent? Open(Sha256Digest digest)
    {
        Copy? copy;
        lock (_gate)
        {
            if (!_copies.TryGetValue(digest, out copy))
            {
                return null;
            }

            Use(copy);
        }

        try
        {
            if (StoredFile.Open(_directory, digest.Hex) is var (file, facts))
            {
                if (facts.Identity == copy.FileIdentity)
                {
                    return new CachedContent(file, copy, this);
                }

                file.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not usable, like one that is missing.
        }

        lock (_gate)
        {
            copy.Readers--;
            Remove(copy);
        }

        return null;
    }

    /// <summary>Frees and reserves space for a copy; <see cref="Add"/> or <see cref="Release"/> ends the reservation.</summary>
    /// <returns>False if there is not enough space.</returns>
    public bool TryReserve(long length)
    {
        lock (_gate)
        {
            if (FindUnused(length) is not { } unused)
            {
                return false;
            }

            unused.ForEach(Remove);
            _reserved += length;
            return true;
        }
    }

    public void Release(long length)
    {
        lock (_gate)
        {
            _reserved -= length;
        }
    }

    /// <summary>A file for a new copy.</summary>
    /// <exception cref="IOException">The directory is not writable.</exception>
    public StagedPackage Stage() => new(Path.Combine(_directory, Guid.NewGuid().ToString("N") + ".part"));

    /// <summary>Adds hashed and flushed bytes, for which space was reserved, by moving their file.</summary>
    /// <param name="identity">The identity of the package in the store.</param>
    /// <returns>Dispose it when readers of the moved file have ended.</returns>
    /// <exception cref="IOException">The file cannot be moved; the reservation remains.</exception>
    public IDisposable Add(Sha256Digest digest, StagedPackage staged, string identity)
    {
        lock (_gate)
        {
            if (_copies.TryGetValue(digest, out var former))
            {
                Remove(former);
            }

            File.Move(staged.Path, PathOf(digest), overwrite: true);
            staged.MarkCommitted();
            var copy = new Copy(digest, staged.Length, staged.Identify(), identity);
            _copies.Add(digest, copy);
            _size += copy.Length;
            _reserved -= copy.Length;
            Use(copy);
            AppendToIndex(copy);
            return new Reader(this, copy);
        }
    }

    /// <summary>Removes a copy, if there is one. Its readers can continue.</summary>
    public void Remove(Sha256Digest digest)
    {
        lock (_gate)
        {
            if (_copies.TryGetValue(digest, out var copy))
            {
                Remove(copy);
            }
        }
    }

    /// <summary>Records which copies were used last, for the next start.</summary>
    public void SaveOrder()
    {
        lock (_gate)
        {
            WriteIndex();
        }
    }

    private void Load()
    {
        var recorded = ReadIndex();
        foreach (var file in new DirectoryInfo(_directory).EnumerateFiles())
        {
            if (file.Name == Index)
            {
                continue;
            }

            if (Sha256Digest.TryParse(file.Name, out var digest) && recorded.TryGetValue(digest, out var copy) && IsUnchanged(copy))
            {
                _copies.Add(digest, copy);
                _size += copy.Length;
            }
            else
            {
                file.Delete();
            }
        }
    }

    private bool IsUnchanged(Copy copy)
    {
        try
        {
            if (StoredFile.Open(_directory, copy.Digest.Hex) is not var (file, facts))
            {
                return false;
            }

            file.Dispose();
            return facts.Identity == copy.FileIdentity && facts.Length == copy.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Use(Copy copy)
    {
        copy.Readers++;
        copy.LastUse = ++_uses;
    }

    /// <summary>The least recently used copies to remove before a new one is added; null if that is not sufficient.</summary>
    private List<Copy>? FindUnused(long length)
    {
        long surplus = Math.Max(_size + _reserved + length - _capacity, _reserved + length + _keptFree - FreeSpace());
        var unused = new List<Copy>();
        if (surplus > 0)
        {
            foreach (var copy in _copies.Values.Where(copy => copy.Readers == 0).OrderBy(copy => copy.LastUse).TakeWhile(_ => surplus > 0))
            {
                unused.Add(copy);
                surplus -= copy.Length;
            }
        }

        return surplus <= 0 ? unused : null;
    }

    private long FreeSpace()
    {
        try
        {
            return new DriveInfo(_directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private void Remove(Copy copy)
    {
        if (!_copies.TryGetValue(copy.Digest, out var current) || current != copy)
        {
            return;
        }

        _copies.Remove(copy.Digest);
        _size -= copy.Length;
        try
        {
            File.Delete(PathOf(copy.Digest));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }

    private void End(Copy copy)
    {
        lock (_gate)
        {
            copy.Readers--;
        }
    }

    private string PathOf(Sha256Digest digest) => Path.Combine(_directory, digest.Hex);

    private Dictionary<Sha256Digest, Copy> ReadIndex()
    {
        var recorded = new Dictionary<Sha256Digest, Copy>();
        string path = Path.Combine(_directory, Index);
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (Copy.TryParse(line, out var copy))
            {
                copy.LastUse = ++_uses;
                recorded[copy.Digest] = copy;
            }
        }

        return recorded;
    }

    private void AppendToIndex(Copy copy)
    {
        if (++_lines > MaxExtraLines + _copies.Count)
        {
            WriteIndex();
            return;
        }

        try
        {
            File.AppendAllText(Path.Combine(_directory, Index), copy + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes the copy.
        }
    }

    private void WriteIndex()
    {
        string path = Path.Combine(_directory, Index);
        try
        {
            File.WriteAllLines(path + ".part", _copies.Values.OrderBy(copy => copy.LastUse).Select(copy => copy.ToString()));
            File.Move(path + ".part", path, overwrite: true);
            _lines = _copies.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The former one remains.
        }
    }

    private sealed class Copy(Sha256Digest digest, long length, string fileIdentity, string identity)
    {
        public Sha256Digest Digest => digest;

        public long Length => length;

        public string FileIdentity => fileIdentity;

        /// <summary>Of the package in the store.</summary>
        public string Identity => identity;

        public int Readers { get; set; }

        public long LastUse { get; set; }

        public static bool TryParse(string line, [NotNullWhen(true)] out Copy? copy)
        {
            copy = line.Split('\t', 4) is [var hex, var length, var file, var identity]
                && Sha256Digest.TryParse(hex, out var digest)
                && long.TryParse(length, System.Globalization.CultureInfo.InvariantCulture, out long bytes)
                ? new Copy(digest, bytes, file, identity)
                : null;
            return copy is not null;
        }

        public override string ToString() => FormattableString.Invariant($"{digest.Hex}\t{length}\t{fileIdentity}\t{identity}");
    }

    private sealed class Reader(PackageCache cache, Copy copy) : IDisposable
    {
        private PackageCache? _cache = cache;

        public void Dispose() => Interlocked.Exchange(ref _cache, null)?.End(copy);
    }

    private sealed class CachedContent(SafeFileHandle file, Copy copy, PackageCache cache) : IPackageContent
    {
        private PackageCache? _cache = cache;

        public long Length => copy.Length;

        public string Identity => copy.Identity;

        public bool IsVerified => true;

        public bool HasChanged() => StoredFile.Describe(file).Identity != copy.FileIdentity;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

        public void Dispose()
        {
            file.Dispose();
            Interlocked.Exchange(ref _cache, null)?.End(copy);
        }
    }
}
