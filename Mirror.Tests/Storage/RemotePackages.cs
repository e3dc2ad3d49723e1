using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Storage;

/// <summary>
/// A remote package store in memory that counts requests and misbehaves on demand. Reading a package at a position that does not continue an
/// earlier read is a new request, as for a real object store.
/// </summary>
internal sealed class RemotePackages(string staging) : IPackageStore
{
    private readonly ConcurrentDictionary<Sha256Digest, (byte[] Bytes, string Identity)> _packages = new();
    private int _commits;
    private int _requests;
    private string? _owner;

    public string Location => "memory://packages";

    /// <summary>Requests that a remote store would have received for packages.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Reads beyond this number of bytes wait for <see cref="Gate"/>.</summary>
    public long GateAt { get; set; } = long.MaxValue;

    public Gate Gate { get; } = new();

    /// <summary>Reads beyond this number of bytes fail.</summary>
    public long FailsAt { get; set; } = long.MaxValue;

    /// <summary>The file names and lifetimes of the URLs that were created.</summary>
    public ConcurrentQueue<(string FileName, TimeSpan Lifetime)> Presigned { get; } = new();

    /// <returns>The digest.</returns>
    public Sha256Digest Put(byte[] bytes) => Put(Sha256Digest.Of(bytes), bytes);

    /// <summary>Stores bytes under a digest, which can be another one than theirs.</summary>
    public Sha256Digest Put(Sha256Digest digest, byte[] bytes)
    {
        _packages[digest] = (bytes, $"\"etag-{Interlocked.Increment(ref _commits)}\"");
        return digest;
    }

    public StagedPackage Stage() => new(Path.Combine(Directory.CreateDirectory(staging).FullName, Guid.NewGuid().ToString("N") + ".part"));

    public async Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken)
    {
        await using var content = staged.OpenRead();
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Put(digest, bytes.ToArray());
        return _packages[digest].Identity;
    }

    public ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return ValueTask.FromResult<IPackageContent?>(
            _packages.TryGetValue(digest, out var package) ? new Content(this, package.Bytes, package.Identity) : null);
    }

    public ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_packages.TryRemove(digest, out _));

    public async IAsyncEnumerable<StoredPackage> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (digest, package) in _packages)
        {
            yield return new StoredPackage(digest, package.Bytes.Length);
        }
    }

    public ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IDisposable>(new MemoryStream());

    public long? FreeSpace() => null;

    public ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0);

    public ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_owner);

    public ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken)
    {
        _owner = instance;
        return ValueTask.CompletedTask;
    }

    private sealed class Content(RemotePackages remote, byte[] bytes, string identity) : IPackageContent
    {
        private readonly HashSet<long> _positions = [];
        private bool _disposed;

        public long Length => bytes.Length;

        public string Identity => identity;

        public bool HasChanged() => false;

        public Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            remote.Presigned.Enqueue((fileName, lifetime));
            return Task.FromResult<Uri?>(new Uri($"https://store.example.com/packages/{fileName}?signature=a%2Fb"));
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            lock (_positions)
            {
                if (!_positions.Remove(offset))
                {
                    Interlocked.Increment(ref remote._requests);
                }
            }

            // A small piece at a time, like a network.
            int read = (int)Math.Min(Math.Min(buffer.Length, 1000), bytes.Length - offset);
            if (offset + read > remote.GateAt)
            {
                await remote.Gate.PassThroughAsync(cancellationToken);
            }

            if (offset + read > remote.FailsAt)
            {
                throw new IOException("The remote store failed.");
            }

            lock (_positions)
            {
                _positions.Add(offset + read);
            }

            bytes.AsMemory((int)offset, read).CopyTo(buffer);
            return read;
        }

        public void Dispose() => _disposed = true;
    }
}
