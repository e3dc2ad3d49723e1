using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Caching;

/// <summary>
/// A remote store with a cache on the local disk. A cached package costs no request to the store. Packages are cached when they are
/// committed here and when a client reads them from their start. If one cannot be cached, it is read from the store.
/// </summary>
public sealed partial class CachedPackageStore : IPackageStore, IDisposable
{
    private readonly IPackageStore _store;
    private readonly PackageCache _cache;
    private readonly ILogger<CachedPackageStore> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, CacheFill> _fills = [];
    private long _hits;
    private long _misses;

    /// <param name="store">The remote store, which this one owns.</param>
    /// <param name="capacity">The maximum size of the cache in bytes.</param>
    /// <param name="keptFree">Disk space in bytes that the cache leaves free.</param>
    /// <exception cref="IOException">The directory cannot be created or read.</exception>
    public CachedPackageStore(
        IPackageStore store, string directory, long capacity, long keptFree, ILogger<CachedPackageStore> logger)
    {
        (_store, _logger) = (store, logger);
        _cache = new PackageCache(directory, capacity, keptFree);
        Stopping = _stopping.Token;
    }

    public string Location => _store.Location;

    public IPackageStore Uncached => _store.Uncached;

    /// <summary>The size of the cached packages in bytes.</summary>
    public long CachedBytes => _cache.Size;

    /// <summary>How many packages were opened in the cache.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How many packages were opened in the remote store.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    internal CancellationToken Stopping { get; }

    public StagedPackage Stage() => _store.Stage();

    public async Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken)
    {
        string identity = await _store.CommitAsync(staged, digest, cancellationToken).ConfigureAwait(false);
        Forget(digest);
        if (_cache.TryReserve(staged.Length))
        {
            try
            {
                staged.Flush();
                _cache.Add(digest, staged, identity).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _cache.Release(staged.Length);
                CannotCache(digest, e);
            }
        }

        return identity;
    }

    public async ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (_cache.Open(digest) is { } cached)
        {
            Interlocked.Increment(ref _hits);
            return cached;
        }

        Interlocked.Increment(ref _misses);
        lock (_gate)
        {
            if (_fills.TryGetValue(digest, out var fill) && fill.TryJoin() is { } joined)
            {
                return joined;
            }
        }

        return await _store.OpenAsync(digest, cancellationToken).ConfigureAwait(false) is { } content ? Follow(digest, content) : null;
    }

    public async ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        bool deleted = await _store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
        Forget(digest);
        return deleted;
    }

    public IAsyncEnumerable<StoredPackage> ListAsync(CancellationToken cancellationToken) => _store.ListAsync(cancellationToken);

    public ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        _store.LockAsync(digest, cancellationToken);

    public long? FreeSpace() => _store.FreeSpace();

    public ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken) => _store.ClearStagingAsync(cancellationToken);

    public ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken) => _store.FindOwnerAsync(cancellationToken);

    public ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken) =>
        _store.SetOwnerAsync(instance, cancellationToken);

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        _stopping.Dispose();
        _cache.SaveOrder();
        (_store as IDisposable)?.Dispose();
    }

    /// <summary>Adds the finished copy of a fill, unless the package was deleted or replaced in the meantime.</summary>
    /// <returns>Dispose it when the readers of the copy have ended; null if it was not added.</returns>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    internal IDisposable? Keep(CacheFill fill, StagedPackage copy)
    {
        lock (_gate)
        {
            return IsCurrent(fill) ? _cache.Add(fill.Digest, copy, fill.Identity) : null;
        }
    }

    internal void Forget(CacheFill fill)
    {
        lock (_gate)
        {
            if (IsCurrent(fill))
            {
                _fills.Remove(fill.Digest);
            }
        }
    }

    internal void CannotCache(Sha256Digest digest, Exception reason) => CannotCache(digest.Hex, reason.Message);

    private IPackageContent Follow(Sha256Digest digest, IPackageContent content)
    {
        lock (_gate)
        {
            if (_fills.TryGetValue(digest, out var running) && running.Identity == content.Identity && running.TryJoin() is { } joined)
            {
                content.Dispose();
                return joined;
            }

            var fill = new CacheFill(digest, content, this, _cache);
            _fills[digest] = fill;
            return fill.TryJoin()!;
        }
    }

    private void Forget(Sha256Digest digest)
    {
        lock (_gate)
        {
            _fills.Remove(digest);
            _cache.Remove(digest);
        }
    }

    private bool IsCurrent(CacheFill fill) => _fills.TryGetValue(fill.Digest, out var current) && current == fill;

    [LoggerMessage(1901, LogLevel.Warning, "{Digest} was not cached on the local disk: {Reason}")]
    private partial void CannotCache(string digest, string reason);
}
