namespace Mirror.Core.Database;

public enum SyncState
{
    Queued,
    Running,
    Succeeded,

    /// <summary>At least one package failed.</summary>
    Failed,
    Cancelled,

    /// <summary>All packages are there, but an origin failed: it may have newer versions.</summary>
    Stale,
}

/// <summary>A task that fetches packages ahead of their use.</summary>
public sealed class SyncTaskRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>What was asked for, as JSON, so that a restart can go on with it.</summary>
    public required string Request { get; set; }

    public SyncState State { get; set; }

    /// <summary>Why it failed as a whole, before there were packages.</summary>
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

    /// <summary>It was stored before.</summary>
    Present,
    Failed,
    Cancelled,

    /// <summary>All packages are there, but an origin failed: it may have newer versions.</summary>
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

    /// <summary>Bytes; 0 until it is known.</summary>
    public long Size { get; set; }
}
