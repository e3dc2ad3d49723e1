using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Sync;

public enum SyncCancellation
{
    Cancelled,

    /// <summary>There is no such task, or it has ended.</summary>
    NotUnderWay,

    /// <summary>It was begun above the namespace or beside it.</summary>
    OfAnotherNamespace,
}

/// <summary>A sync task as it is at one moment.</summary>
/// <param name="Error">Why it failed as a whole; null where only packages did, or none.</param>
public sealed record SyncStatus(
    long Id,
    NamespacePath Namespace,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    Principal CreatedBy,
    DateTimeOffset? EndedAt,
    SyncRequest Request,
    IReadOnlyList<SyncPackageStatus> Packages)
{
    public bool HasEnded => EndedAt is not null;
}

/// <param name="Received">Bytes that have come so far.</param>
/// <param name="Size">Bytes; null until it is known.</param>
/// <param name="Error">Why it failed.</param>
public sealed record SyncPackageStatus(
    ProviderAddress Provider,
    ProviderVersion Version,
    Platform Platform,
    SyncPackageState State,
    long Received,
    long? Size,
    string? Error);

/// <summary>A sync task as a list shows it.</summary>
/// <param name="Error">Why it failed as a whole; null where only packages did, or none.</param>
/// <param name="Packages">How many of its packages there are in each state; empty until it is known what it consists of.</param>
/// <param name="Fetched">Bytes that it has fetched.</param>
public sealed record SyncSummary(
    long Id,
    NamespacePath Namespace,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    Principal CreatedBy,
    DateTimeOffset? EndedAt,
    SyncRequest Request,
    IReadOnlyDictionary<SyncPackageState, int> Packages,
    long Fetched);
