using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>
/// Keeps package bytes by their SHA-256. Whether somebody may see them is not its business: bytes are reached only through
/// rows of the catalog. A package is there wholly or not at all.
/// </summary>
public interface IPackageStore
{
    /// <summary>Begins a package that is not visible until it is committed.</summary>
    /// <exception cref="IOException">The staging area cannot be written.</exception>
    StagedPackage Stage();

    /// <summary>
    /// Makes a staged package visible under its digest, durably: once this returns it survives a power cut. It takes the place
    /// of what is stored under the digest, which may be damaged; those who read that go on doing so. The caller has verified
    /// the digest and holds <see cref="LockAsync"/>.
    /// </summary>
    /// <returns>The identity of the stored bytes, see <see cref="IPackageContent.Identity"/>.</returns>
    /// <exception cref="IOException">It cannot be made durable.</exception>
    Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Opens a package for reading, or null where it is not stored. What is open stays readable when it is deleted.</summary>
    /// <exception cref="IrregularFileException">Something else stands in its place, such as a link.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Removes a package; the caller holds <see cref="LockAsync"/> and has seen that no row needs it.</summary>
    /// <returns>False where it was not stored.</returns>
    ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Everything that is stored, in no order.</summary>
    IAsyncEnumerable<StoredPackage> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Excludes others that commit or delete the same digest, so that a row is never written for bytes that somebody is
    /// about to delete, nor bytes deleted that somebody is about to write a row for.
    /// </summary>
    ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Bytes free for new packages, or null where the store does not know.</summary>
    long? FreeSpace();

    /// <summary>Removes what was staged and never committed; at start, before anything is staged.</summary>
    /// <returns>How many staged packages were removed.</returns>
    int ClearStaging();

    /// <summary>The id of the instance whose packages these are; null where the store is not marked.</summary>
    ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken);

    /// <summary>Marks the store as that of an instance, durably.</summary>
    ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken);
}

/// <summary>What a store lists.</summary>
/// <param name="Length">Bytes.</param>
public readonly record struct StoredPackage(Sha256Digest Digest, long Length);

/// <summary>The bytes of one package, open for reading at any offset by many readers at once.</summary>
public interface IPackageContent : IDisposable
{
    long Length { get; }

    /// <summary>
    /// Opaque: while it is equal to an earlier one, the bytes were neither written to nor replaced since. A file's inode, size and
    /// times; in an object store the ETag or version.
    /// </summary>
    string Identity { get; }

    /// <summary>Whether the bytes that are open were written to or replaced since they were opened.</summary>
    bool HasChanged();

    /// <returns>The number of bytes read; 0 at the end.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}
