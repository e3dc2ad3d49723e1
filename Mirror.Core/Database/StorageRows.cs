namespace Mirror.Core.Database;

/// <summary>What is wrong with a stored package.</summary>
public enum IntegrityFault
{
    /// <summary>Its bytes do not have the digest that they are stored under.</summary>
    Damaged,

    /// <summary>It is recorded, and its bytes are gone.</summary>
    Missing,

    /// <summary>It is recorded as verified, and what proved it does not, or no longer.</summary>
    Unproven,

    /// <summary>Bytes that no record names; they cannot be reached.</summary>
    Orphan,
}

/// <summary>A package that failed a check of the store and was taken out of service; gone once it is back.</summary>
public sealed class DamagedPackageRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    /// <summary><c>os_arch</c></summary>
    public required string Platform { get; set; }

    /// <summary>What it was stored under.</summary>
    public required string Sha256 { get; set; }

    public IntegrityFault Fault { get; set; }

    public DateTimeOffset FoundAt { get; set; }
}

/// <summary>What is known of the bytes that the package store has under a digest, however many rows name them.</summary>
public sealed class BlobRow
{
    public required string Sha256 { get; set; }

    public long Size { get; set; }

    /// <summary>
    /// The identity that the stored bytes had when they were last hashed and were right; null: never since they are known.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>Since when it is known that no row names them; null: one does.</summary>
    public DateTimeOffset? OrphanedAt { get; set; }
}
