using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>
/// Stores packages in a local directory, <c>packages/sha256/ab/ab…</c>, with a staging directory on the same file system.
/// </summary>
public sealed class FileSystemPackageStore : IPackageStore
{
    private const string Digests = "sha256";
    private const string Owner = "instance";
    private const int MaxOwnerLength = 200;

    private readonly string _packages;
    private readonly string _root;
    private readonly StagingDirectory _staging;
    private readonly DigestLocks _locks = new();

    /// <exception cref="IOException">The directories cannot be created, or one of them is a link.</exception>
    public FileSystemPackageStore(string packagesDirectory, string stagingDirectory)
    {
        _packages = packagesDirectory;
        _root = Path.Combine(packagesDirectory, Digests);
        StagingDirectory.CreateForOwner(packagesDirectory);
        StagingDirectory.CreateForOwner(_root);
        _staging = new StagingDirectory(stagingDirectory);
        if (IsLink(_root))
        {
            throw new IOException(
                $"'{_root}' is a link, which is not allowed there. Make '{packagesDirectory}' the link instead, or mount the disk on it.");
        }
    }

    public string Location => _packages;

    public StagedPackage Stage() => _staging.Stage();

    public Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = PathOf(digest);
        string directory = Path.GetDirectoryName(path)!;
        if (IsLink(directory))
        {
            File.Delete(directory);
        }

        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            DirectorySync.Flush(_root);
        }

        CrashPoints.Reached("commit-begun");
        staged.Flush();
        CrashPoints.Reached("file-flushed");
        File.Move(staged.Path, path, overwrite: true);
        staged.MarkCommitted();
        CrashPoints.Reached("file-renamed");
        DirectorySync.Flush(directory);
        CrashPoints.Reached("directory-flushed");
        return Task.FromResult(staged.Identify());
    }

    public ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IPackageContent?>(
            StoredFile.Open(_packages, Digests, digest.Hex[..2], digest.Hex) is var (file, facts) ? new FileContent(file, facts) : null);

    public ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        string path = PathOf(digest);
        if (IsLink(Path.GetDirectoryName(path)!) || !File.Exists(path) && !IsLink(path))
        {
            return ValueTask.FromResult(false);
        }

        File.Delete(path);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
        return ValueTask.FromResult(true);
    }

    public async IAsyncEnumerable<StoredPackage> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var directory in new DirectoryInfo(_root).EnumerateDirectories().Where(directory => directory.LinkTarget is null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var file in directory.EnumerateFiles())
            {
                if (Sha256Digest.TryParse(file.Name, out var digest) && file.Name.StartsWith(directory.Name, StringComparison.Ordinal))
                {
                    yield return new StoredPackage(digest, file.LinkTarget is null ? file.Length : 0);
                }
            }
        }
    }

    public ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        if (StoredFile.Open(_packages, Owner) is not var (file, _))
        {
            return ValueTask.FromResult<string?>(null);
        }

        using (file)
        {
            byte[] content = new byte[MaxOwnerLength];
            return ValueTask.FromResult<string?>(Encoding.UTF8.GetString(content, 0, RandomAccess.Read(file, content, 0)).Trim());
        }
    }

    public async ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken)
    {
        using (var staged = Stage())
        {
            await staged.WriteAsync(Encoding.UTF8.GetBytes(instance + "\n"), cancellationToken).ConfigureAwait(false);
            staged.Flush();
            File.Move(staged.Path, Path.Combine(_packages, Owner), overwrite: true);
            staged.MarkCommitted();
        }

        DirectorySync.Flush(_packages);
    }

    public ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        _locks.AcquireAsync(digest, cancellationToken);

    public long? FreeSpace() => new DriveInfo(_root).AvailableFreeSpace;

    public ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_staging.Clear());

    private string PathOf(Sha256Digest digest) => Path.Combine(_root, digest.Hex[..2], digest.Hex);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private sealed class FileContent(SafeFileHandle file, FileFacts facts) : IPackageContent
    {
        public long Length => facts.Length;

        public string Identity => facts.Identity;

        public bool HasChanged() => StoredFile.Describe(file).Identity != facts.Identity;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

        public void Dispose() => file.Dispose();
    }
}
