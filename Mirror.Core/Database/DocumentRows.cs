namespace Mirror.Core.Database;

/// <summary>The last fetched state of an origin's document.</summary>
public sealed class OriginDocumentRow
{
    public long Id { get; set; }

    /// <summary>Identifies the origin, the document and the credential.</summary>
    public required string Key { get; set; }

    public required byte[] Body { get; set; }

    public string? ETag { get; set; }

    public DateTimeOffset FetchedAt { get; set; }
}

/// <summary>
/// A manifest or package that OCI clients know the digest of: they request it by that alone, from any replica.
/// </summary>
public sealed class OciContentRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    /// <summary>The SHA-256, in hexadecimal digits.</summary>
    public required string Digest { get; set; }

    public required string Version { get; set; }

    /// <summary>Empty for the index of a version.</summary>
    public required string Platform { get; set; }

    /// <summary>The manifest or index, byte for byte; null for a package.</summary>
    public byte[]? Manifest { get; set; }
}

/// <summary>A refresh of the documents of a namespace and below.</summary>
public sealed class DocumentRefreshRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>The provider or module to refresh; empty for all of both.</summary>
    public required string Source { get; set; }

    public DateTimeOffset At { get; set; }
}
