using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Storage.Migration;

/// <param name="Done">Packages that were copied.</param>
/// <param name="Total">Packages to copy in the current pass and those of earlier passes.</param>
/// <param name="DoneBytes">Bytes that were copied.</param>
/// <param name="TotalBytes">Their number at the end.</param>
public readonly record struct MigrationProgress(int Done, int Total, long DoneBytes, long TotalBytes);

/// <param name="Packages">The packages in the target.</param>
/// <param name="Copied">The packages among them that this run copied.</param>
/// <param name="CopiedBytes">The size of the copied packages.</param>
/// <param name="Damaged">The packages that were not copied because their bytes are not readable or not theirs.</param>
/// <param name="IsComplete">The target contains everything, and the server can use it.</param>
public sealed record MigrationReport(
    int Packages, int Copied, long CopiedBytes, IReadOnlyList<DamagedSource> Damaged, bool IsComplete);

/// <param name="Reason">A sentence.</param>
public sealed record DamagedSource(Sha256Digest Digest, string Reason);

/// <summary>The target of a migration cannot be used; the message says why.</summary>
public sealed class MigrationException(string message) : IOException(message);

/// <summary>
/// Copies the packages of an instance into another store. Packages that the target contains with the same length are skipped, so an
/// interrupted run can be repeated. While the server is running, it can store packages after they were listed; therefore the target is
/// marked as incomplete, and no server starts with it, until a run with the server stopped has copied the rest.
/// </summary>
/// <param name="directory">For staged packages and the identities of copied ones; it is removed when the target is complete.</param>
public sealed class PackageMigration(CatalogDatabase database, IPackageStore from, IPackageStore to, string directory)
{
    private const int Concurrency = 4;
    private const int MaxPasses = 20;
    private const int BufferSize = 128 * 1024;

    private readonly ConcurrentBag<DamagedSource> _damaged = [];
    private readonly Lock _gate = new();
    private MigrationProgress _progress;

    /// <param name="isStopped">The server is stopped, and cannot be started before this run ends.</param>
    /// <exception cref="MigrationException">The target belongs to another instance, or is the source.</exception>
    /// <exception cref="OtherSchemaException">The database was written by another version.</exception>
    /// <exception cref="IOException">One of the stores or the directory cannot be used.</exception>
    public async Task<MigrationReport> RunAsync(bool isStopped, IProgress<MigrationProgress>? progress, CancellationToken cancellationToken)
    {
        await database.CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        string instance = await CheckTargetAsync(cancellationToken).ConfigureAwait(false);
        using var identities = new CopiedIdentities(directory, to.Location);
        await to.ClearStagingAsync(cancellationToken).ConfigureAwait(false);
        await to.SetOwnerAsync(StoreOwnership.Incomplete(instance), cancellationToken).ConfigureAwait(false);
        var present = await to.ListAsync(cancellationToken)
            .ToDictionaryAsync(package => package.Digest, package => package.Length, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var missing = await FindMissingAsync(present, cancellationToken).ConfigureAwait(false);
        for (int passes = 0; missing.Count > 0 && passes < MaxPasses; passes++)
        {
            Report(progress, 0, missing.Count, 0, missing.Sum(package => package.Length));
            await Parallel.ForEachAsync(
                missing,
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
                async (package, stop) =>
                {
                    if (await CopyAsync(package, progress, stop).ConfigureAwait(false) is not { } identity)
                    {
                        return;
                    }

                    lock (_gate)
                    {
                        present[package.Digest] = package.Length;
                        identities.Add(package.Digest, identity);
                    }

                    Report(progress, 1, 0, 0, 0);
                }).ConfigureAwait(false);
            missing = await FindMissingAsync(present, cancellationToken).ConfigureAwait(false);
        }

        bool isComplete = isStopped && missing.Count == 0 && _damaged.IsEmpty;
        if (isComplete)
        {
            await identities.RecordAsync(database, cancellationToken).ConfigureAwait(false);
            await to.SetOwnerAsync(instance, cancellationToken).ConfigureAwait(false);
            identities.Delete();
        }

        return new MigrationReport(
            present.Count, _progress.Done, _progress.DoneBytes, [.. _damaged.OrderBy(package => package.Digest.Hex, StringComparer.Ordinal)], isComplete);
    }

    /// <returns>The instance id.</returns>
    private async Task<string> CheckTargetAsync(CancellationToken cancellationToken)
    {
        string? instance;
        await using (var db = database.CreateDbContext())
        {
            instance = await StoreOwnership.FindInstanceAsync(db, cancellationToken).ConfigureAwait(false);
        }

        if (instance is null || await from.FindOwnerAsync(cancellationToken).ConfigureAwait(false) is var source && source != instance)
        {
            throw new MigrationException(
                $"The package store '{from.Location}' does not belong to the database; check that the right disk is mounted. Nothing was copied.");
        }

        string? owner = await to.FindOwnerAsync(cancellationToken).ConfigureAwait(false);
        if (owner == instance && to.Location == from.Location)
        {
            throw new MigrationException($"'{to.Location}' is the package store of the server itself; expected another one.");
        }

        if (owner is not null && owner != instance && owner != StoreOwnership.Incomplete(instance))
        {
            throw new MigrationException(
                $"'{to.Location}' belongs to another instance ({owner}). Nothing was copied. Use another bucket, container or prefix.");
        }

        if (owner is null && await to.ListAsync(cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new MigrationException(
                $"'{to.Location}' contains packages, but has no instance id. Nothing was copied. Use another bucket, container or prefix.");
        }

        return instance;
    }

    private async Task<List<StoredPackage>> FindMissingAsync(
        Dictionary<Sha256Digest, long> present, CancellationToken cancellationToken)
    {
        var damaged = _damaged.Select(package => package.Digest).ToHashSet();
        return await from.ListAsync(cancellationToken)
            .Where(package => !damaged.Contains(package.Digest)
                && !(present.TryGetValue(package.Digest, out long length) && length == package.Length))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <returns>The identity in the target; null if the package was not copied, because it is damaged or was deleted.</returns>
    private async Task<string?> CopyAsync(StoredPackage package, IProgress<MigrationProgress>? progress, CancellationToken cancellationToken)
    {
        using var staged = to.Stage();
        try
        {
            using var content = await from.OpenAsync(package.Digest, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return null; // Deleted since it was listed.
            }

            if (await StageAsync(content, staged, progress, cancellationToken).ConfigureAwait(false) is var found && found != package.Digest)
            {
                _damaged.Add(new DamagedSource(package.Digest, $"Its bytes have the SHA-256 {found.Hex}."));
                return null;
            }
        }
        catch (UnreadableSourceException e)
        {
            _damaged.Add(new DamagedSource(package.Digest, e.Message));
            return null;
        }
        catch (IrregularFileException e)
        {
            _damaged.Add(new DamagedSource(package.Digest, e.Message));
            return null;
        }
        catch (ObjectStoreException e) when (e.Fault == ObjectStoreFault.Replaced)
        {
            return null; // The next pass finds the new one.
        }

        using (await to.LockAsync(package.Digest, cancellationToken).ConfigureAwait(false))
        {
            return await to.CommitAsync(staged, package.Digest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Sha256Digest> StageAsync(
        IPackageContent content, StagedPackage staged, IProgress<MigrationProgress>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await ReadAsync(content, buffer, staged.Length, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await staged.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                Report(progress, 0, 0, read, 0);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    /// <exception cref="UnreadableSourceException">The disk cannot read the file.</exception>
    private static async ValueTask<int> ReadAsync(
        IPackageContent content, byte[] buffer, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, offset, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not ObjectStoreException)
        {
            throw new UnreadableSourceException(e);
        }
    }

    private void Report(IProgress<MigrationProgress>? progress, int done, int total, long doneBytes, long totalBytes)
    {
        lock (_gate)
        {
            _progress = new MigrationProgress(
                _progress.Done + done, _progress.Total + total, _progress.DoneBytes + doneBytes, _progress.TotalBytes + totalBytes);
            progress?.Report(_progress);
        }
    }

    private sealed class UnreadableSourceException(IOException inner) : Exception($"It cannot be read: {inner.Message}", inner);
}
