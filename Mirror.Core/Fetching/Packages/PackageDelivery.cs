using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A package for one client, stored or being fetched.</summary>
public abstract class PackageDelivery : IDisposable
{
    /// <summary>
    /// In bytes; null if the origin does not state it and there was no space to determine it. Then the package ends where
    /// <see cref="ReadAsync"/> returns 0.
    /// </summary>
    public abstract long? Length { get; }

    /// <summary>The SHA-256; null if only another mirror's <c>h1:</c> is known.</summary>
    public abstract Sha256Digest? Digest { get; }

    /// <summary>The package was not stored before: this request caches it, possibly together with others.</summary>
    public bool IsNew { get; internal set; }

    /// <summary>The package is complete: any part can be read without waiting.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Waits until any part can be read without waiting.</summary>
    /// <returns>Null, or why the package will never be complete.</returns>
    public abstract Task<Failure?> WhenCompleteAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the package and its row have been stored; it does not have to be read for that.</summary>
    /// <returns>Null, or why it is not stored.</returns>
    public abstract Task<Failure?> WhenStoredAsync(CancellationToken cancellationToken);

    /// <summary>Bytes received from the origin so far.</summary>
    public abstract long Received { get; }

    /// <summary>A URL with which the client can read the package from its store instead; see <see cref="IPackageContent.PresignAsync"/>.</summary>
    /// <returns>Null if it can only be read here: it is not stored or not verified yet, or it is local.</returns>
    public virtual Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        Task.FromResult<Uri?>(null);

    /// <summary>Reads at an offset; waits for bytes that have not arrived yet. Offsets never decrease.</summary>
    /// <returns>The number of bytes read; 0 at the end.</returns>
    /// <exception cref="PackageAbortedException">The rest will not arrive; the bytes read so far are not the package.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>A package from the store.</summary>
internal sealed class StoredDelivery(IPackageContent content, Sha256Digest digest, IDisposable reading) : PackageDelivery
{
    public override long? Length => content.Length;

    public override Sha256Digest? Digest => digest;

    public override bool IsComplete => true;

    public override Task<Failure?> WhenCompleteAsync(CancellationToken cancellationToken) => Task.FromResult<Failure?>(null);

    public override Task<Failure?> WhenStoredAsync(CancellationToken cancellationToken) => Task.FromResult<Failure?>(null);

    public override long Received => content.Length;

    public override Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        content.PresignAsync(fileName, lifetime, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        content.ReadAsync(buffer, offset, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        reading.Dispose();
    }
}

/// <summary>A package that a fill is writing. If the disk becomes full, this client continues with its own download.</summary>
internal sealed class FillDelivery(PackageFill fill, FillHead head, PassThroughs passThroughs) : PackageDelivery
{
    private PassThrough? _own;

    public override long? Length => head.Length ?? (fill.IsDetached ? null : fill.Position);

    public override Sha256Digest? Digest => fill.Request.Digest;

    public override bool IsComplete => false;

    public override async Task<Failure?> WhenCompleteAsync(CancellationToken cancellationToken)
    {
        var failure = await fill.Completed.WaitAsync(cancellationToken).ConfigureAwait(false);
        return fill.IsDetached ? null : failure;
    }

    public override Task<Failure?> WhenStoredAsync(CancellationToken cancellationToken) => fill.Stored.WaitAsync(cancellationToken);

    public override long Received => fill.Position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (_own is null)
        {
            int read = head.Growing is null ? -1 : await head.Growing.ReadAsync(buffer, offset, cancellationToken).ConfigureAwait(false);
            if (read >= 0)
            {
                return read;
            }

            _own = passThroughs.Start(fill.Request, head.Growing?.Staged, offset);
        }

        return await _own.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _own?.Dispose();
        fill.Exit();
    }
}
