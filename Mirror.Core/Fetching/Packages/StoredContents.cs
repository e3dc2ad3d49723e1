using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Opens stored bytes for clients. A file that is unchanged since it was last hashed is served directly. Any other file is hashed while it
/// is served, with its end withheld, and taken out of service if its digest is wrong.
/// </summary>
public sealed class StoredContents(StoredBlobs blobs, PackageReaders readers, DamagedPackages damaged, TimeProvider time)
{
    /// <summary>
    /// If hashing ends within this time, the client waits for it: a damaged package is then fetched again before any byte is sent.
    /// </summary>
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(1);

    /// <returns>Null if nothing is stored, or if it was damaged and has been taken out of service.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
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

            // The check completes even if the client does not wait for it.
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

    /// <returns>Why the bytes must not be used; null if they are correct.</returns>
    private async Task<Failure?> JudgeAsync(Sha256Digest digest, OpenedBlob opened)
    {
        string? identity = opened.Content?.Identity;
        if (await opened.Fault.ConfigureAwait(false) is not { } fault)
        {
            return null;
        }

        await damaged.DiscardAsync(digest, identity, fault).ConfigureAwait(false);
        return new Failure(FailureKind.Storage, $"{fault} It was taken out of service. Try again to fetch it from the origin.");
    }
}

/// <summary>A stored package that is hashed while it is read: its end is withheld until the hash is verified.</summary>
/// <param name="verdict">The result is null if the bytes are correct. The task fails if they cannot be read.</param>
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
            return StorageFailure.Describe("Checking the stored package failed", e);
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
