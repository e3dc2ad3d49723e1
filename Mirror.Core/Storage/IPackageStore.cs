using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>
/// Stores package bytes by their SHA-256. It does not control access: bytes are only reachable through rows of the catalog. A package is
/// stored completely or not at all.
/// </summary>
public interface IPackageStore
{
    /// <summary>For messages to operators: the directory, or a URL such as <c>s3://bucket/prefix</c>.</summary>
    string Location { get; }

    /// <summary>Starts a package that becomes visible when it is committed.</summary>
    /// <exception cref="IOException">The staging area is not writable.</exception>
    StagedPackage Stage();

    /// <summary>
    /// Makes a staged package visible under its digest, durably: it survives a power failure once this method returns. It replaces an
    /// existing, possibly damaged package; open readers keep reading that one. The caller has verified the digest and holds <see
    /// cref="LockAsync"/>.
    /// </summary>
    /// <returns>The identity of the stored bytes, see <see cref="IPackageContent.Identity"/>.</returns>
    /// <exception cref="IOException">The package cannot be stored durably.</exception>
    Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a package for reading, or returns null if it is not stored. Open content stays readable after a deletion; in an object store,
    /// reading it may fail instead.
    /// </summary>
    /// <exception cref="IrregularFileException">There is something else instead of the file, such as a link.</exception>
    /// <exception cref="IOException">The package cannot be opened.</exception>
    ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Removes a package; the caller holds <see cref="LockAsync"/> and has checked that no row refers to it.</summary>
    /// <returns>False if the package was not stored.</returns>
    ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>All stored packages, in no particular order.</summary>
    IAsyncEnumerable<StoredPackage> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Prevents concurrent commits and deletions of a digest, so that no row is written for bytes that are about to be deleted, and no
    /// bytes are deleted for which a row is about to be written.
    /// </summary>
    ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Free space for new packages in bytes, or null if unknown.</summary>
    long? FreeSpace();

    /// <summary>
    /// Removes staged packages that were never committed, and uploads that were abandoned. Call it at start, before anything is staged.
    /// </summary>
    /// <returns>The number of removed packages and uploads.</returns>
    ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken);

    /// <summary>The store without its local cache: for checks of the stored bytes themselves, and of their identity.</summary>
    IPackageStore Uncached => this;

    /// <summary>The id of the instance that owns the store; null if the store has no owner.</summary>
    ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken);

    /// <summary>Sets the owner of the store, durably.</summary>
    ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken);
}

/// <summary>An entry of a store's list.</summary>
/// <param name="Length">In bytes.</param>
public readonly record struct StoredPackage(Sha256Digest Digest, long Length);

/// <summary>The bytes of one package, which any number of readers can read concurrently at any offset.</summary>
public interface IPackageContent : IDisposable
{
    long Length { get; }

    /// <summary>
    /// An opaque value that stays the same as long as the bytes are neither modified nor replaced. For files, the inode, size and times; in
    /// an object store, the ETag or version.
    /// </summary>
    string Identity { get; }

    /// <summary>The store itself has hashed these bytes, and they are unchanged since.</summary>
    bool IsVerified => false;

    /// <summary>Whether bytes that were read may differ from those that were opened.</summary>
    bool HasChanged();

    /// <summary>A URL with which a client can read these bytes from the store, without other credentials, until it expires.</summary>
    /// <param name="fileName">The file name that the response suggests.</param>
    /// <returns>Null if they can only be read here.</returns>
    Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);

    /// <returns>The number of bytes read; 0 at the end.</returns>
    /// <exception cref="IOException">The bytes cannot be read, or have been replaced in an object store.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}
