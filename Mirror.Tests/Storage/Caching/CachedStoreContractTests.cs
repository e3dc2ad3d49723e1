using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Caching;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Storage.Objects;

namespace Mirror.Tests.Storage.Caching;

/// <summary>Packages that are cached when they are committed.</summary>
public class CachedStoreContractTests : PackageStoreContract
{
    protected override async Task<IPackageStore> OpenStoreAsync() => Cache(await OpenRemoteAsync());

    protected async Task<IPackageStore> OpenRemoteAsync() => new ObjectPackageStore(
        ObjectStores.Open(S3Server.Options(await S3Server.GetUrlAsync()), TimeProvider.System), StagingPath, TimeProvider.System);

    protected CachedPackageStore Cache(IPackageStore remote) =>
        new(remote, Path.Combine(DirectoryPath, "cache"), 1 << 30, 0, NullLogger<CachedPackageStore>.Instance);
}

/// <summary>Packages that another replica has committed, so that they are cached while they are read.</summary>
public sealed class FilledStoreContractTests : CachedStoreContractTests
{
    protected override async Task<IPackageStore> OpenStoreAsync()
    {
        var remote = await OpenRemoteAsync();
        return new Replica(Cache(remote), remote);
    }

    private sealed class Replica(CachedPackageStore cached, IPackageStore remote) : StoreDecorator(cached), IDisposable
    {
        public override Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken) =>
            remote.CommitAsync(staged, digest, cancellationToken);

        public void Dispose() => cached.Dispose();
    }
}
