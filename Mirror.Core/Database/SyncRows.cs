namespace Mirror.Core.Database;

public enum SyncState
{
    Queued,
    Running,
    Succeeded,

    /// <summary>At least one package failed.</summary>
    Failed,
    Cancelled,

    /// <summary>All packages are stored, but an origin failed, so there may be newer versions.</summary>
    Stale,
}

/// <summary>A task that fetches packages in advance.</summary>
public sealed class SyncTaskRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>The request as JSON, so that the task can be resumed after a restart.</summary>
    public required string Request { get; set; }

    public SyncState State { get; set; }

    /// <summary>Why the task failed as a whole, before its packages were known.</summary>
    public string? Error { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public PrincipalKind CreatedByKind { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public List<SyncPackageRow> Packages { get; } = [];
}

public enum SyncPackageState
{
    Waiting,
    Fetching,
    Fetched,

    /// <summary>The package was already stored.</summary>
    Present,
    Failed,
    Cancelled,

    /// <summary>All packages are stored, but an origin failed, so there may be newer versions.</summary>
    Stale,
}

/// <summary>One package of a sync task.</summary>
public sealed class SyncPackageRow
{
    public long Id { get; set; }

    public long TaskId { get; set; }

    public SyncTaskRow Task { get; set; } = null!;

    public required string Provider { get; set; }

    public required string Version { get; set; }

    public required string Platform { get; set; }

    public SyncPackageState State { get; set; }

    public string? Error { get; set; }

    /// <summary>In bytes; 0 if unknown.</summary>
    public long Size { get; set; }
}
