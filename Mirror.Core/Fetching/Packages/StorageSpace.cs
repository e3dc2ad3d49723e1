using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Reserves space before a package is stored, so that concurrent fills do not fill the disk. When the quota is reached, the least recently
/// used packages are evicted.
/// </summary>
public sealed class StorageSpace(
    IPackageStore store,
    PackageRetention retention,
    PackageUsage usage,
    IDbContextFactory<MirrorDbContext> databases,
    MirrorOptions options)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _quotaTurn = new(1, 1);
    private readonly long? _quota = options.Packages.Quota;
    private long _reserved;
    private volatile string? _problem;
    private long _lastStored;
    private long _lastOrphaned;

    /// <summary>Why the last fill could not be stored, for health checks, log and pages; null if it could.</summary>
    public string? Problem => _problem;

    /// <summary>Bytes reserved by running fills.</summary>
    public long Reserved
    {
        get
        {
            lock (_gate)
            {
                return _reserved;
            }
        }
    }

    /// <summary>The size of all stored packages at the last measurement.</summary>
    public long LastStoredBytes => Interlocked.Read(ref _lastStored);

    /// <summary>The size of the orphaned packages among them.</summary>
    public long LastOrphanedBytes => Interlocked.Read(ref _lastOrphaned);

    /// <summary>Null if the store does not report it.</summary>
    public long? FreeBytes => store.FreeSpace();

    /// <returns>The reservation, to be disposed when the fill ends; null if there is no space.</returns>
    public async Task<IDisposable?> TryReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_quota is not { } quota)
        {
            return ReserveOnDisk(bytes);
        }

        // One at a time: space freed for one package must not be used by another.
        await _quotaTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long stored = await MeasureAsync(cancellationToken).ConfigureAwait(false);
            long missing = stored + Reserved + bytes - quota;
            if (missing > 0 && !await FreeAsync(missing, cancellationToken).ConfigureAwait(false))
            {
                _problem =
                    $"The quota of {Quantity.FormatSize(quota)} (Mirror:Packages:Quota) is exceeded: {Quantity.FormatSize(stored)} are stored, {Quantity.FormatSize(bytes)} more are needed, and not enough stored packages can be evicted.";
                return null;
            }

            return ReserveOnDisk(bytes);
        }
        finally
        {
            _quotaTurn.Release();
        }
    }

    /// <summary>Reduces the stored packages to the quota, after the quota was lowered or an import exceeded it.</summary>
    public async Task EnforceQuotaAsync(CancellationToken cancellationToken)
    {
        if (_quota is not { } quota)
        {
            return;
        }

        await _quotaTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long excess = await MeasureAsync(cancellationToken).ConfigureAwait(false) - quota;
            if (excess > 0)
            {
                await FreeAsync(excess, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _quotaTurn.Release();
        }
    }

    /// <summary>Removes the packages that have not been used for <c>Mirror:Packages:KeepUnused</c>.</summary>
    public async Task RemoveUnusedAsync(CancellationToken cancellationToken)
    {
        // Recent use must be known before packages are selected for eviction.
        await usage.FlushAsync(cancellationToken).ConfigureAwait(false);
        await retention.RemoveUnusedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that a write failed although space was reserved.</summary>
    public void ReportWriteFailure(string message) => _problem = $"Writing a package failed: {message}";

    /// <summary>
    /// The size of all stored packages, including orphaned ones; packages shared by several root groups count once.
    /// </summary>
    public async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        var used = await ReferencedBlobs.MeasureAsync(databases, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _lastStored, used.Total);
        Interlocked.Exchange(ref _lastOrphaned, used.Orphaned);
        return used.Total;
    }

    public void Dispose() => _quotaTurn.Dispose();

    private async Task<bool> FreeAsync(long missing, CancellationToken cancellationToken)
    {
        // Recent use must be known before packages are selected for eviction.
        await usage.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await retention.FreeAsync(
            missing,
            $"the quota of {Quantity.FormatSize(_quota!.Value)} (Mirror:Packages:Quota) is reached",
            cancellationToken).ConfigureAwait(false);
    }

    private Reservation? ReserveOnDisk(long bytes)
    {
        long? free = store.FreeSpace();
        lock (_gate)
        {
            if (free is { } available && available - _reserved - bytes < options.Packages.MinimumFreeSpace)
            {
                _problem =
                    $"The disk has {Quantity.FormatSize(available)} free, of which {Quantity.FormatSize(options.Packages.MinimumFreeSpace)} must stay free (Mirror:Packages:MinimumFreeSpace); {Quantity.FormatSize(bytes)} more are needed.";
                return null;
            }

            _reserved += bytes;
            _problem = null;
        }

        return new Reservation(this, bytes);
    }

    private sealed class Reservation(StorageSpace owner, long bytes) : IDisposable
    {
        private StorageSpace? _owner = owner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _owner, null) is { } space)
            {
                lock (space._gate)
                {
                    space._reserved -= bytes;
                }
            }
        }
    }
}
