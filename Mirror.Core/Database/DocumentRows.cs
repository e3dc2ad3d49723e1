namespace Mirror.Core.Database;

/// <summary>A document of an origin as it was last fetched.</summary>
public sealed class OriginDocumentRow
{
    public long Id { get; set; }

    /// <summary>Which origin, which document, fetched with which credential.</summary>
    public required string Key { get; set; }

    public required byte[] Body { get; set; }

    public string? ETag { get; set; }

    public DateTimeOffset FetchedAt { get; set; }
}

/// <summary>When documents were to be asked for anew in a namespace and below it.</summary>
public sealed class DocumentRefreshRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>The provider or module they are about; empty: all of both.</summary>
    public required string Source { get; set; }

    public DateTimeOffset At { get; set; }
}
