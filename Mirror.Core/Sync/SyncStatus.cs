using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Sync;

public enum SyncCancellation
{
    Cancelled,

    /// <summary>There is no such task, or it has ended.</summary>
    NotRunning,

    /// <summary>The task was started in a namespace that is neither this one nor below it.</summary>
    OfAnotherNamespace,
}

/// <summary>A snapshot of a sync task.</summary>
/// <param name="Group">The group or workspace in which it was started.</param>
/// <param name="State">
/// queued, running, succeeded, stale (an origin failed, so there may be newer versions), failed (some packages were not fetched) or
/// cancelled.
/// </param>
/// <param name="Error">The selections that could not be planned, or why the result may be stale; null if neither.</param>
public sealed record SyncStatus(
    long Id,
    NamespacePath Group,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    Principal CreatedBy,
    DateTimeOffset? EndedAt,
    IReadOnlyList<SyncPackageStatus> Packages)
{
    /// <summary>The request; not sent to clients.</summary>
    [JsonIgnore]
    public SyncRequest Request { get; init; } = new([], []);

    [JsonIgnore]
    public bool HasEnded => EndedAt is not null;
}

/// <param name="State">waiting, fetching, fetched, present (already stored), failed or cancelled.</param>
/// <param name="Received">Bytes received so far.</param>
/// <param name="Size">In bytes; null if unknown.</param>
public sealed record SyncPackageStatus(
    ProviderAddress Provider,
    ProviderVersion Version,
    Platform Platform,
    SyncPackageState State,
    long Received,
    long? Size,
    string? Error);

/// <summary>The sync tasks of a root group, newest first.</summary>
public sealed record SyncList(IReadOnlyList<SyncStatus> Items);

/// <summary>A sync task as shown in a list.</summary>
/// <param name="Error">Why the task failed as a whole, or why its result may be stale; null if only packages failed, or none.</param>
/// <param name="Packages">The number of its packages in each state; empty until the task has been planned.</param>
/// <param name="Fetched">Bytes fetched.</param>
public sealed record SyncSummary(
    long Id,
    NamespacePath Group,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    Principal CreatedBy,
    DateTimeOffset? EndedAt,
    IReadOnlyDictionary<SyncPackageState, int> Packages,
    long Fetched)
{
    /// <summary>The request; not sent to browsers, because it may list up to a thousand providers.</summary>
    [JsonIgnore]
    public SyncRequest Request { get; init; } = new([], []);
}
