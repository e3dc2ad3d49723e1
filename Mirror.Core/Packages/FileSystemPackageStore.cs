using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Mirror.Core.Addresses;

namespace Mirror.Core.Packages;

/// <summary>
/// Packages in a local directory, <c>packages/sha256/ab/ab…</c>, beside a staging directory on the same file system.
/// </summary>
public sealed class FileSystemPackageStore : IPackageStore
{
    private readonly string _root;
    private readonly string _staging;
    private readonly DigestLocks _locks = new();

    /// <exception cref="IOException">The directories cannot be made.</exception>
    public FileSystemPackageStore(string packagesDirectory, string stagingDirectory)
    {
        _root = Path.Combine(packagesDirectory, "sha256");
        _staging = stagingDirectory;
        MakeForOwner(packagesDirectory);
        MakeForOwner(_root);
        MakeForOwner(_staging);
    }

    public StagedPackage Stage() => new(Path.Combine(_staging, Guid.NewGuid().ToString("N") + ".part"));

    public Task<StoreCommit> CommitAsync(StagedPackage staged, Sha256Digest digest, bool replace, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = PathOf(digest);
        if (!replace && File.Exists(path))
        {
            return Task.FromResult(StoreCommit.AlreadyStored);
        }

        string directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            DirectorySync.Flush(_root);
        }

        CrashPoints.Reached("commit-begun");
        staged.Flush();
        CrashPoints.Reached("file-flushed");
        File.Move(staged.Path, path, overwrite: replace);
        staged.MarkCommitted();
        CrashPoints.Reached("file-renamed");
        DirectorySync.Flush(directory);
        CrashPoints.Reached("directory-flushed");
        return Task.FromResult(StoreCommit.Stored);
    }

    public ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult<IPackageContent?>(new FileContent(PathOf(digest)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<IPackageContent?>(null);
        }
    }

    public ValueTask<bool> ExistsAsync(Sha256Digest digest, CancellationToken cancellationToken) => ValueTask.FromResult(File.Exists(PathOf(digest)));

    public ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        if (!File.Exists(path))
        {
            return ValueTask.FromResult(false);
        }

        File.Delete(path);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
        return ValueTask.FromResult(true);
    }

    public async IAsyncEnumerable<Sha256Digest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (string file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Sha256Digest.TryParse(Path.GetFileName(file), out var digest))
            {
                yield return digest;
            }
        }
    }

    public ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) => _locks.AcquireAsync(digest, cancellationToken);

    public long? FreeSpace() => new DriveInfo(_root).AvailableFreeSpace;

    public int ClearStaging()
    {
        int cleared = 0;
        foreach (string file in Directory.EnumerateFiles(_staging))
        {
            File.Delete(file);
            cleared++;
        }

        return cleared;
    }

    /// <summary>Some packages are not for everybody who has an account on this machine.</summary>
    private static void MakeForOwner(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string PathOf(Sha256Digest digest) => Path.Combine(_root, digest.Hex[..2], digest.Hex);

    private sealed class FileContent : IPackageContent
    {
        private readonly SafeFileHandle _file;

        public FileContent(string path)
        {
            _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            Length = RandomAccess.GetLength(_file);
        }

        public long Length { get; }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

        public void Dispose() => _file.Dispose();
    }
}
