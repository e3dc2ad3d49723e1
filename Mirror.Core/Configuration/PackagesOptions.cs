namespace Mirror.Core.Configuration;

public enum PackageStoreKind
{
    /// <summary>The directory <c>packages</c> of the data directory.</summary>
    FileSystem,

    /// <summary>Amazon S3 or a store with the same API.</summary>
    S3,

    /// <summary>Azure Blob Storage.</summary>
    AzureBlob,

    /// <summary>Google Cloud Storage.</summary>
    GoogleCloud,
}

/// <summary>The stored packages. See <see href="operations.md#manage-disk-space">Manage disk space</see>.</summary>
public sealed record PackagesOptions
{
    /// <summary>Where packages are stored.</summary>
    public PackageStoreKind Store { get; init; }

    public S3Options S3 { get; init; } = new();

    public AzureBlobOptions AzureBlob { get; init; } = new();

    public GoogleCloudOptions GoogleCloud { get; init; } = new();

    /// <summary>Whether clients download stored packages from the selected store.</summary>
    public bool PresignedDownloads => Store switch
    {
        PackageStoreKind.S3 => S3.PresignedDownloads,
        PackageStoreKind.AzureBlob => AzureBlob.PresignedDownloads,
        PackageStoreKind.GoogleCloud => GoogleCloud.PresignedDownloads,
        _ => false,
    };

    /// <summary>
    /// The maximum time that a signed package link is valid, for packages that anonymous clients cannot read. Each link is valid for at
    /// least half of this time.
    /// </summary>
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The maximum size of a package.</summary>
    public long MaxPackageSize { get; init; } = 2L << 30;

    /// <summary>The maximum unpacked size of one package in bytes: far more than real packages need, far less than a disk.</summary>
    public long MaxUnpackedSize => Math.Max(MaxPackageSize, 1L << 30) * 10;

    /// <summary>The maximum size of all packages together. If it is reached, the least recently used packages are removed.</summary>
    /// <value>no limit</value>
    /// <example><c>200GB</c></example>
    public long? Quota { get; init; }

    /// <summary>
    /// The disk space that downloads leave free. If there is not enough space, Mirror verifies a package and passes it through to the
    /// client without storing it.
    /// </summary>
    public long MinimumFreeSpace { get; init; } = 1L << 30;

    /// <summary>
    /// The maximum size of the <see href="operations.md#cache-packages-on-the-local-disk">local cache</see> of an object store, in the
    /// directory <c>cache</c> of the data directory.
    /// </summary>
    /// <value>no cache</value>
    /// <example><c>20GB</c></example>
    public long? LocalCache { get; init; }

    /// <summary>
    /// How long packages are kept without being used. Packages that cannot be downloaded again are always kept.
    /// </summary>
    /// <value>unused packages are kept</value>
    /// <example><c>180d</c></example>
    public TimeSpan? KeepUnused { get; init; }

    /// <summary>
    /// How long <see href="operations.md#orphaned-packages">orphaned packages</see>, which no record refers to, are kept.
    /// </summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How often all stored packages are <see href="operations.md#check-stored-packages">checked</see> against their digests and signed
    /// checksums. <c>0s</c> disables it.
    /// </summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromDays(7);
}
