using Mirror.Core.Storage;

namespace Mirror.Tests.Storage;

public sealed class FileSystemStoreContractTests : PackageStoreContract
{
    protected override Task<IPackageStore> OpenStoreAsync() =>
        Task.FromResult<IPackageStore>(new FileSystemPackageStore(Path.Combine(DirectoryPath, "packages"), StagingPath));
}
