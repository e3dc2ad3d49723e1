using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Storage.Objects;

/// <summary>Opens the stores that the configuration selects. Nothing connects before the first call.</summary>
public static class ObjectStores
{
    /// <exception cref="IOException">The directories of the store cannot be created.</exception>
    public static IPackageStore OpenPackages(MirrorOptions options, TimeProvider time) => OpenPackages(options, options.StagingDirectory, time);

    /// <param name="stagingDirectory">For packages before they are committed; only one process at a time can use it.</param>
    /// <exception cref="IOException">The directories of the store cannot be created.</exception>
    public static IPackageStore OpenPackages(MirrorOptions options, string stagingDirectory, TimeProvider time) =>
        Open(options.Packages, time) is { } objects
            ? new ObjectPackageStore(objects, stagingDirectory, time)
            : new FileSystemPackageStore(options.PackagesDirectory, stagingDirectory);

    /// <summary>Reads an object as a seekable stream; fails if it is replaced in the meantime.</summary>
    public static Stream OpenRead(IObjectStore objects, string key, ObjectFacts facts) =>
        new PackageContentStream(new ObjectContent(objects, key, facts));

    /// <returns>Null for the file system.</returns>
    public static IObjectStore? Open(PackagesOptions options, TimeProvider time) => options.Store switch
    {
        PackageStoreKind.FileSystem => null,
        PackageStoreKind.S3 => Open(options.S3, time),
        PackageStoreKind.AzureBlob => Open(options.AzureBlob, time),
        PackageStoreKind.GoogleCloud => Open(options.GoogleCloud, time),
        _ => throw new InvalidOperationException($"Unknown package store {options.Store}."),
    };

    public static IObjectStore Open(S3Options options, TimeProvider time) => new TimeLimitedObjectStore(new S3ObjectStore(options, time), time);

    /// <exception cref="ObjectStoreException">The connection string is invalid.</exception>
    public static IObjectStore Open(AzureBlobOptions options, TimeProvider time) =>
        new TimeLimitedObjectStore(new AzureBlobObjectStore(options, time), time);

    public static IObjectStore Open(GoogleCloudOptions options, TimeProvider time) =>
        new TimeLimitedObjectStore(new GoogleCloudObjectStore(options, time), time);
}
