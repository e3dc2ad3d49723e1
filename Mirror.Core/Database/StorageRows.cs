namespace Mirror.Core.Database;

/// <summary>The kind of fault of a stored package.</summary>
public enum IntegrityFault
{
    /// <summary>The bytes do not match their digest.</summary>
    Damaged,

    /// <summary>The package is recorded, but its bytes are missing.</summary>
    Missing,

    /// <summary>The package is recorded as verified, but its proof is missing or does not verify.</summary>
    Unproven,

    /// <summary>No record refers to the bytes, so they cannot be reached.</summary>
    Orphan,
}

/// <summary>A package that was taken out of service by a check of the store; removed once the package has been replaced.</summary>
public sealed class DamagedPackageRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    /// <summary><c>os_arch</c></summary>
    public required string Platform { get; set; }

    /// <summary>The digest of the package.</summary>
    public required string Sha256 { get; set; }

    public IntegrityFault Fault { get; set; }

    public DateTimeOffset FoundAt { get; set; }
}

/// <summary>The state of stored bytes, regardless of the number of rows that refer to them.</summary>
public sealed class BlobRow
{
    public required string Sha256 { get; set; }

    public long Size { get; set; }

    /// <summary>
    /// The identity of the bytes when they were last hashed and found correct; null if they have not been hashed.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>When they were first found to be orphaned; null if a row refers to them.</summary>
    public DateTimeOffset? OrphanedAt { get; set; }
}
