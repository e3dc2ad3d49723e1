using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A package for one client: stored, or on its way.</summary>
public abstract class PackageDelivery : IDisposable
{
    /// <summary>
    /// Bytes; null where the origin does not tell and there was no space to find out: it ends where <see cref="ReadAsync"/> says so.
    /// </summary>
    public abstract long? Length { get; }

    /// <summary>The SHA-256 it has or will have; null where only another mirror's <c>h1:</c> is known.</summary>
    public abstract Sha256Digest? Digest { get; }

    /// <summary>It was not stored before: this request caches it, alone or with others that wait for the same.</summary>
    public bool IsNew { get; internal set; }

    /// <summary>It is all there: any part of it can be read at once.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Waits until any part of it can be read at once.</summary>
    /// <returns>Null, or why that will never be.</returns>
    public abstract Task<Failure?> WhenCompleteAsync(CancellationToken cancellationToken);

    /// <summary>Waits until it is kept, its row written; reading it is not necessary for that.</summary>
    /// <returns>Null, or why it is not kept.</returns>
    public abstract Task<Failure?> WhenStoredAsync(CancellationToken cancellationToken);

    /// <summary>Bytes that have come from the origin so far.</summary>
    public abstract long Received { get; }

    /// <summary>Reads at an offset, waiting for bytes that are still to come. Offsets never decrease.</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    /// <exception cref="PackageAbortedException">The rest will not come; what was read is not the package.</exception>
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

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        content.ReadAsync(buffer, offset, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        reading.Dispose();
    }
}

/// <summary>A package that a fill is writing; where the disk fills up in between, this client goes on by itself.</summary>
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
