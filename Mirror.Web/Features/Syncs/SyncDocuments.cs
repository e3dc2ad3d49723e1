using System.ComponentModel.DataAnnotations;
using Mirror.Core;
using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Sync;

namespace Mirror.Web.Features.Syncs;

/// <summary>What a sync is to fetch.</summary>
/// <param name="Platforms">As <c>os_arch</c>; null or empty: all that the origin offers.</param>
/// <param name="Force">Fetch also what is stored, and put it in its place.</param>
/// <param name="Tokens">By hostname: sent to these origins for this sync only, never stored; write-only.</param>
public sealed record SyncOrder(
    [MaxLength(SyncRequest.MaxProviders)] IReadOnlyList<SyncOrderItem> Providers,
    IReadOnlyList<string>? Platforms = null,
    bool Force = false,
    [ItemLength(Variables.MaxLength)] IReadOnlyDictionary<string, string>? Tokens = null)
{
    public override string ToString() => string.Join(", ", Providers);
}

/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>.</param>
/// <param name="Versions">A version constraint, <c>5.1.0</c> or <c>~&gt; 5.0</c>; null: the latest stable version.</param>
public sealed record SyncOrderItem([MaxLength(ProviderAddress.MaxLength)] string Provider, [MaxLength(VersionConstraint.MaxLength)] string? Versions = null);

/// <summary>A sync task as it is at one moment.</summary>
/// <param name="State">queued, running, succeeded, failed (something was not fetched) or cancelled.</param>
/// <param name="Error">What could not even be planned; null where nothing.</param>
public sealed record SyncDocument(
    long Id,
    string Group,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    Principal CreatedBy,
    DateTimeOffset? EndedAt,
    IReadOnlyList<SyncPackageDocument> Packages)
{
    public static SyncDocument From(SyncStatus status) => new(
        status.Id,
        status.Namespace.Value,
        status.State,
        status.Error,
        status.CreatedAt,
        status.CreatedBy,
        status.EndedAt,
        [.. status.Packages.Select(package => new SyncPackageDocument(
            package.Provider.ToString(),
            package.Version.Value,
            package.Platform.Value,
            package.State,
            package.Received,
            package.Size,
            package.Error))]);
}

/// <param name="State">waiting, fetching, fetched, present (stored before), failed or cancelled.</param>
/// <param name="Received">Bytes that have come so far.</param>
/// <param name="Size">Bytes; null until it is known.</param>
public sealed record SyncPackageDocument(string Provider, string Version, string Platform, SyncPackageState State, long Received, long? Size, string? Error);

/// <summary>The sync tasks of a root group, newest first.</summary>
public sealed record SyncListDocument(IReadOnlyList<SyncDocument> Items);
