using System.Buffers;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Storage;

namespace Mirror.Core.Catalog;

/// <summary>Opened stored bytes, and whether they match their digest.</summary>
/// <param name="Content">Null if there is an irregular file instead, such as a link, which is never read.</param>
/// <param name="Fault">
/// The result is null if the bytes are correct, otherwise the problem. Fails with an <see cref="IOException"/> if they cannot be read.
/// </param>
public sealed record OpenedBlob(IPackageContent? Content, Task<string?> Fault) : IDisposable
{
    public void Dispose() => Content?.Dispose();
}

/// <summary>
/// Keeps track of which stored bytes have been hashed. While their length and identity match those recorded at the last hashing, bytes are
/// served directly; otherwise they are hashed first, once for all callers and a few packages at a time.
/// </summary>
public sealed partial class StoredBlobs(IDbContextFactory<MirrorDbContext> databases, IPackageStore store, ILogger<StoredBlobs> logger)
    : IDisposable
{
    /// <summary>How many packages are hashed concurrently: after a restore, all of them have to be.</summary>
    public const int MaxConcurrent = 4;

    private const int MaxInMemory = 50_000;
    private const int BufferSize = 256 * 1024;

    private static readonly Task<string?> Correct = Task.FromResult<string?>(null);

    private readonly ConcurrentDictionary<Sha256Digest, string> _known = new();
    private readonly Dictionary<(Sha256Digest Digest, string Identity), Task<string?>> _running = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turns = new(MaxConcurrent, MaxConcurrent);
    private readonly CancellationTokenSource _stopping = new();

    /// <returns>Null if nothing is stored under the digest.</returns>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public async ValueTask<OpenedBlob?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        IPackageContent? content;
        try
        {
            content = await store.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        }
        catch (IrregularFileException e)
        {
            return new OpenedBlob(null, Task.FromResult<string?>(e.Message));
        }

        if (content is null)
        {
            return null;
        }

        try
        {
            return new OpenedBlob(
                content,
                content.IsVerified || await IsHashedAsync(digest, content.Identity, cancellationToken).ConfigureAwait(false)
                    ? Correct
                    : Check(digest, content.Identity));
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Opens correct bytes; hashes them first if necessary.</summary>
    /// <returns>The content, or null if nothing is stored or it is damaged.</returns>
    /// <exception cref="IOException">The bytes cannot be read.</exception>
    public async Task<IPackageContent?> OpenVerifiedAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (await OpenAsync(digest, cancellationToken).ConfigureAwait(false) is not { } opened)
        {
            return null;
        }

        try
        {
            if (await opened.Fault.WaitAsync(cancellationToken).ConfigureAwait(false) is null)
            {
                return opened.Content;
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        opened.Dispose();
        return null;
    }

    /// <summary>Records, after a commit, that bytes have been hashed and are correct.</summary>
    public async Task RecordAsync(Sha256Digest digest, long size, string identity, CancellationToken cancellationToken)
    {
        Remember(digest, identity);
        await databases.RetryAsync(async db =>
        {
            await PutAsync(db, digest, size, identity, isNamed: false, cancellationToken).ConfigureAwait(false);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Removes stored bytes that no row refers to any more.</summary>
    /// <returns>Whether bytes were removed.</returns>
    public async Task<bool> RemoveUnusedAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            await using var db = databases.CreateDbContext();
            return !await ReferencedBlobs.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false)
                && await RemoveAsync(db, digest, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _turns.Dispose();
    }

    /// <summary>Removes bytes and their records; the caller holds their lock.</summary>
    internal async Task<bool> RemoveAsync(MirrorDbContext db, Sha256Digest digest, CancellationToken cancellationToken)
    {
        bool removed = await store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
        _known.TryRemove(digest, out _);
        await db.Blobs.Where(row => row.Sha256 == digest.Hex).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Adds the record of stored bytes to the caller's transaction.</summary>
    /// <param name="identity">Null to use the known identity.</param>
    /// <param name="isNamed">A row refers to the bytes from now on.</param>
    internal static async Task PutAsync(
        MirrorDbContext db, Sha256Digest digest, long size, string? identity, bool isNamed, CancellationToken cancellationToken)
    {
        var row = await db.Blobs.FindAsync([digest.Hex], cancellationToken).ConfigureAwait(false)
            ?? db.Blobs.Add(new BlobRow { Sha256 = digest.Hex }).Entity;
        row.Size = size;
        row.Identity = identity ?? row.Identity;
        if (isNamed)
        {
            row.OrphanedAt = null;
        }
    }

    internal void Remember(Sha256Digest digest, string identity)
    {
        if (_known.Count >= MaxInMemory)
        {
            _known.Clear();
        }

        _known[digest] = identity;
    }

    /// <summary>Hashes opened content.</summary>
    internal static async Task<Sha256Digest> HashAsync(
        IPackageContent content, Func<int, ValueTask>? pace, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            for (long offset = 0; (read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), offset, cancellationToken).ConfigureAwait(false)) > 0; offset += read)
            {
                hash.AppendData(buffer, 0, read);
                if (pace is not null)
                {
                    await pace(read).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    /// <summary>Whether bytes with this identity have been hashed and are correct.</summary>
    internal async ValueTask<bool> IsHashedAsync(Sha256Digest digest, string identity, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(digest, out string? known) && known == identity)
        {
            return true;
        }

        // Not known here yet, or another process has hashed the bytes in the meantime.
        await using var db = databases.CreateDbContext();
        string? recorded = await db.Blobs.Where(row => row.Sha256 == digest.Hex)
            .Select(row => row.Identity)
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (recorded != identity)
        {
            return false;
        }

        Remember(digest, identity);
        return true;
    }

    private Task<string?> Check(Sha256Digest digest, string identity)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue((digest, identity), out var check))
            {
                if (_known.TryGetValue(digest, out string? known) && known == identity)
                {
                    return Correct; // Hashed since the caller checked.
                }

                check = Task.Run(() => CheckAsync(digest, identity));
                _running.Add((digest, identity), check);
            }

            return check;
        }
    }

    private async Task<string?> CheckAsync(Sha256Digest digest, string identity)
    {
        try
        {
            await _turns.WaitAsync(_stopping.Token).ConfigureAwait(false);
            try
            {
                return await CompareAsync(digest, identity, _stopping.Token).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove((digest, identity));
            }
        }
    }

    private async Task<string?> CompareAsync(Sha256Digest digest, string identity, CancellationToken cancellationToken)
    {
        using var content = await store.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        if (content?.Identity != identity)
        {
            return $"The bytes stored as {digest} were replaced while being opened.";
        }

        long? size;
        await using (var db = databases.CreateDbContext())
        {
            size = await db.Blobs.Where(row => row.Sha256 == digest.Hex && row.Identity != null)
                .Select(row => (long?)row.Size)
                .FirstOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false);
        }

        if (size is { } expected && expected != content.Length)
        {
            return $"The package stored as {digest} has {content.Length} bytes; expected {expected}.";
        }

        var found = await HashAsync(content, null, cancellationToken).ConfigureAwait(false);
        if (found != digest)
        {
            return $"The bytes stored as {digest} have the SHA-256 {found.Hex}.";
        }

        if (!content.HasChanged())
        {
            try
            {
                await RecordAsync(digest, content.Length, identity, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DbException or DbUpdateException)
            {
                // It will be hashed again after the next start.
                NotRecorded(digest.Hex, e);
            }
        }

        return null;
    }

    [LoggerMessage(1601, LogLevel.Warning, "Could not record that {Digest} has been hashed; it will be hashed again after the next start")]
    private partial void NotRecorded(string digest, Exception exception);
}
