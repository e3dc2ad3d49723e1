using System.Buffers;
using System.Security.Cryptography;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Caching;

/// <summary>
/// Copies a package from the store to the cache while any number of readers follow. It begins when a reader reads the start of the package,
/// and ends even if all readers leave. If it fails, and for parts far ahead of it, readers read from the store.
/// </summary>
/// <param name="content">The package in the store, which the fill owns.</param>
internal sealed class CacheFill(Sha256Digest digest, IPackageContent content, CachedPackageStore store, PackageCache cache)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>How far ahead of the copy a reader waits for it; further ahead, a separate request to the store is faster.</summary>
    private const long MaxAhead = 16 << 20;

    private readonly AsyncPulse _grown = new();
    private readonly Lock _gate = new();
    private volatile StagedPackage? _copy;
    private volatile bool _ended;
    private IDisposable? _reading;
    private bool _begun;
    private int _holders;
    private bool _over;

    public Sha256Digest Digest => digest;

    /// <summary>Of the package in the store.</summary>
    public string Identity => content.Identity;

    /// <returns>A reader; null if the fill is over.</returns>
    public IPackageContent? TryJoin()
    {
        lock (_gate)
        {
            if (_over)
            {
                return null;
            }

            _holders++;
            return new Follower(this, content);
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (offset == 0)
        {
            Begin();
        }

        if (offset >= content.Length)
        {
            return 0;
        }

        while (_copy is { } copy)
        {
            var grown = _grown.Next;
            if (offset < copy.Length)
            {
                return await copy.ReadAsync(buffer, offset, cancellationToken).ConfigureAwait(false);
            }

            if (_ended || offset - copy.Length > MaxAhead)
            {
                break;
            }

            await grown.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return await content.ReadAsync(buffer, offset, cancellationToken).ConfigureAwait(false);
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_begun)
            {
                return;
            }

            _begun = true;
            if (!cache.TryReserve(content.Length))
            {
                return;
            }

            try
            {
                _copy = cache.Stage();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                cache.Release(content.Length);
                store.CannotCache(digest, e);
                return;
            }

            _holders++;
            _ = Task.Run(() => RunAsync(_copy));
        }
    }

    private async Task RunAsync(StagedPackage copy)
    {
        try
        {
            await CopyAsync(copy, store.Stopping).ConfigureAwait(false);
            _reading = store.Keep(this, copy);
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            store.CannotCache(digest, e);
        }
        finally
        {
            if (_reading is null)
            {
                cache.Release(content.Length);
            }

            _ended = true;
            _grown.Pulse();
            Leave();
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not the package.</exception>
    /// <exception cref="IOException">Reading from the store or writing failed.</exception>
    private async Task CopyAsync(StagedPackage copy, CancellationToken stopping)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while (copy.Length < content.Length
                && (read = await content.ReadAsync(buffer, copy.Length, stopping).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await copy.WriteAsync(buffer.AsMemory(0, read), stopping).ConfigureAwait(false);
                _grown.Pulse();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Sha256Digest.FromBytes(hash.GetHashAndReset()) is var found && found != digest)
        {
            throw new InvalidDataException($"The package store sent bytes with the SHA-256 {found.Hex}.");
        }

        copy.Flush();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_holders > 0)
            {
                return;
            }

            _over = true;
        }

        store.Forget(this);
        content.Dispose();
        _copy?.Dispose();
        _reading?.Dispose();
    }

    private sealed class Follower(CacheFill fill, IPackageContent content) : IPackageContent
    {
        private bool _disposed;

        public long Length => content.Length;

        public string Identity => content.Identity;

        public bool HasChanged() => content.HasChanged();

        public Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
            content.PresignAsync(fileName, lifetime, cancellationToken);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
            fill.ReadAsync(buffer, offset, cancellationToken);

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _disposed, true))
            {
                fill.Leave();
            }
        }
    }
}
