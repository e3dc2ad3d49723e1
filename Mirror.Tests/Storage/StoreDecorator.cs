using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Tests.Storage;

/// <summary>A wrapper of another store, for tests that change one aspect of it.</summary>
public abstract class StoreDecorator(IPackageStore inner) : IPackageStore
{
    public string Location => inner.Location;

    public virtual StagedPackage Stage() => inner.Stage();

    public virtual Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken) =>
        inner.CommitAsync(staged, digest, cancellationToken);

    public virtual ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        inner.OpenAsync(digest, cancellationToken);

    public virtual ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        inner.DeleteAsync(digest, cancellationToken);

    public virtual IAsyncEnumerable<StoredPackage> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public virtual ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        inner.LockAsync(digest, cancellationToken);

    public virtual long? FreeSpace() => inner.FreeSpace();

    public virtual ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken) => inner.ClearStagingAsync(cancellationToken);

    public virtual ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken) => inner.FindOwnerAsync(cancellationToken);

    public virtual ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken) =>
        inner.SetOwnerAsync(instance, cancellationToken);
}
