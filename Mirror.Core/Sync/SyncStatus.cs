using System.Text.Json.Serialization;
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
/// <param name="Group">The group or workspace in which it was begun.</param>
/// <param name="State">queued, running, succeeded, stale (an origin failed: it may have newer versions), failed (something was not fetched) or cancelled.</param>
/// <param name="Error">What could not be planned, or why the result may be stale; null if neither.</param>
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
    /// <summary>What was asked for; not told to clients.</summary>
    [JsonIgnore]
    public SyncRequest Request { get; init; } = new([], []);

    [JsonIgnore]
    public bool HasEnded => EndedAt is not null;
}

/// <param name="State">waiting, fetching, fetched, present (stored before), failed or cancelled.</param>
/// <param name="Received">Bytes that have come so far.</param>
/// <param name="Size">Bytes; null until it is known.</param>
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

/// <summary>A sync task as a page's list shows it.</summary>
/// <param name="Error">Why it failed as a whole, or why its result may be stale; null if only packages failed, or none.</param>
/// <param name="Packages">How many of its packages there are in each state; empty until it is known what it consists of.</param>
/// <param name="Fetched">Bytes that it has fetched.</param>
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
    /// <summary>What was asked for; up to a thousand providers, which do not travel to the browser.</summary>
    [JsonIgnore]
    public SyncRequest Request { get; init; } = new([], []);
}
