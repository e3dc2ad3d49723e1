using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Reserves space before a package is stored, so that fills that run together do not fill the disk together. Where the
/// quota is reached, packages that were not used for long make room.
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

    /// <summary>Why the last fill could not be stored, or null where it could; for health, log and pages.</summary>
    public string? Problem => _problem;

    /// <summary>Bytes reserved by fills under way.</summary>
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

    /// <summary>Bytes of all stored packages when they were last measured.</summary>
    public long LastStoredBytes => Interlocked.Read(ref _lastStored);

    /// <summary>Bytes among them that no record names.</summary>
    public long LastOrphanedBytes => Interlocked.Read(ref _lastOrphaned);

    /// <summary>Null where the store does not know.</summary>
    public long? FreeBytes => store.FreeSpace();

    /// <returns>The reservation, to be disposed when the fill ends; or null where there is no space.</returns>
    public async Task<IDisposable?> TryReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_quota is not { } quota)
        {
            return ReserveOnDisk(bytes);
        }

        // One at a time: room that is made for one package must not be taken by another.
        await _quotaTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long stored = await MeasureAsync(cancellationToken).ConfigureAwait(false);
            long missing = stored + Reserved + bytes - quota;
            if (missing > 0 && !await MakeRoomAsync(missing, cancellationToken).ConfigureAwait(false))
            {
                _problem =
                    $"The quota of {Quantity.FormatSize(quota)} (Mirror:Packages:Quota) is used up: {Quantity.FormatSize(stored)} are stored, {Quantity.FormatSize(bytes)} more were asked for, and too little of what is stored may go.";
                return null;
            }

            return ReserveOnDisk(bytes);
        }
        finally
        {
            _quotaTurn.Release();
        }
    }

    /// <summary>Brings what is stored back under the quota, where that was lowered or an import went beyond it.</summary>
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
                await MakeRoomAsync(excess, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _quotaTurn.Release();
        }
    }

    /// <summary>Records that the disk refused a write although space was reserved.</summary>
    public void ReportWriteFailure(string message) => _problem = $"A package could not be written: {message}";

    /// <summary>
    /// Bytes of all stored packages, also of those that no record names; those that several root groups share count once.
    /// </summary>
    public async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        var used = await ReferencedBlobs.MeasureAsync(databases, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _lastStored, used.Total);
        Interlocked.Exchange(ref _lastOrphaned, used.Orphaned);
        return used.Total;
    }

    public void Dispose() => _quotaTurn.Dispose();

    private async Task<bool> MakeRoomAsync(long missing, CancellationToken cancellationToken)
    {
        // What was used a moment ago must not look as if it were not.
        await usage.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await retention.MakeRoomAsync(
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
                    $"The disk has {Quantity.FormatSize(available)} free, of which {Quantity.FormatSize(options.Packages.MinimumFreeSpace)} are kept free (Mirror:Packages:MinimumFreeSpace); {Quantity.FormatSize(bytes)} more were asked for.";
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
