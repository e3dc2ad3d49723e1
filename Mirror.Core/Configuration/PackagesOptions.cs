
namespace Mirror.Core.Configuration;

public enum PackageStoreKind
{
    FileSystem,
}

public sealed record PackagesOptions
{
    public PackageStoreKind Store { get; init; }

    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>In bytes.</summary>
    public long MaxPackageSize { get; init; } = 2L << 30;

    /// <summary>The maximum unpacked size of one package in bytes: far more than real packages need, far less than a disk.</summary>
    public long MaxUnpackedSize => Math.Max(MaxPackageSize, 1L << 30) * 10;

    /// <summary>The maximum size of all packages together in bytes; null for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Bytes of disk space that a fill leaves free.</summary>
    public long MinimumFreeSpace { get; init; } = 1L << 30;

    /// <summary>How long orphaned bytes, which no record refers to, are kept.</summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often all stored packages are hashed and compared with their digests; zero to disable.</summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromDays(7);
}
