using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Computes the <c>h1:</c> hashes of packages after their commit, one at a time, so that no client waits for them. Packages left without a
/// hash by a restart are found in the database.
/// </summary>
public sealed class ContentHashes(
    IDbContextFactory<MirrorDbContext> databases,
    StoredBlobs blobs,
    CatalogWriter catalog,
    ArchiveLane lane,
    MirrorOptions options,
    ILogger<ContentHashes> logger)
{
    private readonly Channel<Sha256Digest> _queue = Channel.CreateUnbounded<Sha256Digest>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly AsyncPulse _done = new();
    private int _pending;

    /// <summary>The number of packages waiting for their hash.</summary>
    public int Pending => Volatile.Read(ref _pending);

    public void Enqueue(Sha256Digest digest)
    {
        Interlocked.Increment(ref _pending);
        _queue.Writer.TryWrite(digest);
    }

    /// <summary>Completes when no package is waiting for its hash.</summary>
    public async Task WhenIdleAsync()
    {
        for (var next = _done.Next; Pending > 0; next = _done.Next)
        {
            await next.ConfigureAwait(false);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (string digest in FindMissingAsync(stopping).ConfigureAwait(false))
            {
                Enqueue(Sha256Digest.Parse(digest));
            }
        }
        catch (DbException e)
        {
            logger.ContentHashesNotFound(e);
        }

        await foreach (var digest in _queue.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            try
            {
                await HashAsync(digest, stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or DbException or UnauthorizedAccessException)
            {
                logger.ContentHashFailed(digest.Hex, e);
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
                _done.Pulse();
            }
        }
    }

    /// <summary>Hashes a zip archive on a dedicated thread.</summary>
    /// <exception cref="InvalidDataException">Clients could not unpack the archive.</exception>
    internal async Task<PackageHashResult.Hashed> ComputeAsync(Stream zip, CancellationToken cancellationToken) =>
        await HashZipAsync(zip, cancellationToken).ConfigureAwait(false) switch
        {
            PackageHashResult.Hashed hashed => hashed,
            PackageHashResult.Refused refused => throw new InvalidDataException($"The package is not a usable zip archive: {refused.Reason}."),
            var other => throw new InvalidOperationException($"{other}"),
        };

    private Task<PackageHashResult> HashZipAsync(Stream zip, CancellationToken cancellationToken) => lane.RunAsync(
        () => PackageHasher.HashZip(zip, options.Packages.MaxUnpackedSize, null, cancellationToken), cancellationToken);

    private async Task HashAsync(Sha256Digest digest, CancellationToken stopping)
    {
        if (await blobs.OpenVerifiedAsync(digest, stopping).ConfigureAwait(false) is not { } content)
        {
            return;
        }

        await using var stream = new PackageContentStream(content);
        var result = await HashZipAsync(stream, stopping).ConfigureAwait(false);
        var hashed = result as PackageHashResult.Hashed;
        // The publisher signed it, so it is served unchanged, and its problem is shown.
        string? problem = result is PackageHashResult.Refused refused ? $"Clients may reject it: {refused.Reason}." : hashed?.Problem;
        if (problem is not null)
        {
            logger.ArchiveProblem(digest.Hex, problem);
        }

        await catalog.SetContentHashAsync(digest, hashed?.Hash, problem, stopping).ConfigureAwait(false);
        CrashPoints.Reached("content-hashed");
    }

    private async IAsyncEnumerable<string> FindMissingAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stopping)
    {
        await using var db = databases.CreateDbContext();
        await foreach (string digest in db.Packages.Where(row =>
            row.ContentHash == null && row.ArchiveProblem == null).Select(row => row.Sha256).Distinct().AsAsyncEnumerable().WithCancellation(stopping).ConfigureAwait(false))
        {
            yield return digest;
        }
    }
}
