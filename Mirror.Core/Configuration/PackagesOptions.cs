
namespace Mirror.Core.Configuration;

public enum PackageStoreKind
{
    FileSystem,
}

public sealed record PackagesOptions
{
    public PackageStoreKind Store { get; init; }

    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes.</summary>
    public long MaxPackageSize { get; init; } = 2L << 30;

    /// <summary>Bytes that the files of one package may have unpacked: far more than any real one, far less than a disk.</summary>
    public long MaxUnpackedSize => Math.Max(MaxPackageSize, 1L << 30) * 10;

    /// <summary>Bytes that all packages together may take; null: no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Bytes that a fill leaves free on the disk.</summary>
    public long MinimumFreeSpace { get; init; } = 1L << 30;

    /// <summary>How long bytes that no record names are kept.</summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often everything stored is read and compared with its digest; zero: never.</summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromDays(7);
}
