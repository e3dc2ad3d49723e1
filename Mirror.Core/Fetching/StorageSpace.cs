using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Packages;

namespace Mirror.Core.Fetching;

/// <summary>
/// Reserves space before a package is stored, so that fills that run together do not fill the disk together.
/// </summary>
public sealed class StorageSpace(IPackageStore store, IDbContextFactory<MirrorDbContext> databases, MirrorOptions options)
{
    private readonly Lock _gate = new();
    private long _reserved;
    private volatile string? _problem;

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

    /// <returns>The reservation, to be disposed when the fill ends; or null where there is no space.</returns>
    public async Task<IDisposable?> TryReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        long stored = options.Packages.Quota is null ? 0 : await StoredBytesAsync(cancellationToken).ConfigureAwait(false);
        long? free = store.FreeSpace();
        lock (_gate)
        {
            if (options.Packages.Quota is { } quota && stored + _reserved + bytes > quota)
            {
                _problem = $"The quota of {Quantity.FormatSize(quota)} (Mirror:Packages:Quota) is used up: {Quantity.FormatSize(stored)} are stored, and {Quantity.FormatSize(bytes)} more were asked for.";
                return null;
            }

            if (free is { } available && available - _reserved - bytes < options.Packages.MinimumFreeSpace)
            {
                _problem = $"The disk has {Quantity.FormatSize(available)} free, of which {Quantity.FormatSize(options.Packages.MinimumFreeSpace)} are kept free (Mirror:Packages:MinimumFreeSpace); {Quantity.FormatSize(bytes)} more were asked for.";
                return null;
            }

            _reserved += bytes;
            _problem = null;
        }

        return new Reservation(this, bytes);
    }

    /// <summary>Records that the disk refused a write although space was reserved.</summary>
    public void ReportWriteFailure(string message) => _problem = $"A package could not be written: {message}";

    /// <summary>Bytes of all stored packages; those that several root groups share count once.</summary>
    public async Task<long> StoredBytesAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Packages.Select(row => new { row.Sha256, row.Size }).Distinct().SumAsync(row => row.Size, cancellationToken).ConfigureAwait(false);
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
