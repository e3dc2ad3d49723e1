using Mirror.Core.Addresses;

namespace Mirror.Core.Packages;

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
    /// Makes a staged package visible under its digest, durably: once this returns it survives a power cut. The caller has
    /// verified the digest and holds <see cref="LockAsync"/>.
    /// </summary>
    /// <param name="replace">Also where bytes are stored under the digest: they may be damaged. Whoever reads them goes on doing so.</param>
    Task<StoreCommit> CommitAsync(StagedPackage staged, Sha256Digest digest, bool replace, CancellationToken cancellationToken);

    /// <summary>Opens a package for reading, or null where it is not stored. What is open stays readable when it is deleted.</summary>
    ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken);

    ValueTask<bool> ExistsAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Removes a package; the caller holds <see cref="LockAsync"/> and has seen that no row needs it.</summary>
    /// <returns>False where it was not stored.</returns>
    ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>All digests that are stored, in no order.</summary>
    IAsyncEnumerable<Sha256Digest> ListAsync(CancellationToken cancellationToken);

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
}

public enum StoreCommit
{
    Stored,

    /// <summary>The same bytes were there before; the staged ones are gone.</summary>
    AlreadyStored,
}

/// <summary>The bytes of one package, open for reading at any offset by many readers at once.</summary>
public interface IPackageContent : IDisposable
{
    long Length { get; }

    /// <returns>The number of bytes read; 0 at the end.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}
