using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Opens stored bytes for clients. What is as it was when it was last hashed is served as it is; anything else is hashed while it
/// is served, its end withheld, and taken out of service where it is not what it is stored as.
/// </summary>
public sealed class StoredContents(StoredBlobs blobs, PackageReaders readers, DamagedPackages damaged, TimeProvider time)
{
    /// <summary>A hash that ends within it is waited for: what is wrong is then fetched again before the client gets a byte.</summary>
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(1);

    /// <returns>Null where nothing is stored, or it was wrong and is now taken out of service.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async ValueTask<PackageDelivery?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (await blobs.OpenAsync(digest, cancellationToken).ConfigureAwait(false) is not { } opened)
        {
            return null;
        }

        try
        {
            if (opened is { Content: { } known, Fault: { IsCompletedSuccessfully: true, Result: null } })
            {
                return new StoredDelivery(known, digest, readers.Begin(digest));
            }

            // It is brought to its end also where the client does not wait for it.
            var verdict = JudgeAsync(digest, opened);
            if (!verdict.IsCompleted)
            {
                using var head = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(verdict, Task.Delay(Head, time, head.Token)).ConfigureAwait(false);
                await head.CancelAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (opened.Content is { } content && (!verdict.IsCompleted || await verdict.ConfigureAwait(false) is null))
            {
                return verdict.IsCompleted
                    ? new StoredDelivery(content, digest, readers.Begin(digest))
                    : new CheckedDelivery(content, verdict, digest, readers.Begin(digest));
            }

            await verdict.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        opened.Dispose();
        return null;
    }

    /// <returns>Why the bytes must not be used; null where they are right.</returns>
    private async Task<Failure?> JudgeAsync(Sha256Digest digest, OpenedBlob opened)
    {
        string? identity = opened.Content?.Identity;
        if (await opened.Fault.ConfigureAwait(false) is not { } fault)
        {
            return null;
        }

        await damaged.DiscardAsync(digest, identity, fault).ConfigureAwait(false);
        return new Failure(FailureKind.Storage, $"{fault} It was taken out of service; ask again, and it is fetched again.");
    }
}

/// <summary>A stored package that is hashed while it is read: its end is withheld until it is known to be right.</summary>
/// <param name="verdict">Null: it is. It fails where it cannot be read.</param>
internal sealed class CheckedDelivery(IPackageContent content, Task<Failure?> verdict, Sha256Digest digest, IDisposable reading)
    : PackageDelivery
{
    public override long? Length => content.Length;

    public override Sha256Digest? Digest => digest;

    public override bool IsComplete => verdict is { IsCompletedSuccessfully: true, Result: null };

    public override long Received => content.Length;

    public override async Task<Failure?> WhenCompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await verdict.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return StorageFailure.Tell("The stored package could not be checked", e);
        }
    }

    public override Task<Failure?> WhenStoredAsync(CancellationToken cancellationToken) => WhenCompleteAsync(cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        long available = content.Length - GrowingPackage.Withheld - offset;
        if (available <= 0 || verdict.IsCompleted)
        {
            if (await WhenCompleteAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            {
                throw new PackageAbortedException(failure);
            }

            available = long.MaxValue;
        }

        return await content.ReadAsync(available < buffer.Length ? buffer[..(int)available] : buffer, offset, cancellationToken)
            .ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        reading.Dispose();
    }
}
