using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;

namespace Mirror.Core.Usage;

/// <summary>How a root group was used over some days, and what it stores.</summary>
/// <param name="Group">The root group: what is mirrored belongs to it.</param>
/// <param name="Total">Of all days together.</param>
/// <param name="Days">Every day of the time asked for, the oldest first, today last.</param>
/// <param name="Providers">Those that store or moved something; the largest first.</param>
/// <param name="StoredBytes">Stored now; packages that another root group has too count here as well.</param>
/// <param name="StoredVersions">How many are stored now.</param>
/// <param name="Origins">Every host that this instance has asked since its start; null for readers without a role in the group.</param>
/// <param name="Space">Of the whole instance; null for readers without a role in the group.</param>
public sealed record GroupStatistics(
    NamespacePath Group,
    Traffic Total,
    IReadOnlyList<DayStatistics> Days,
    IReadOnlyList<ProviderStatistics> Providers,
    long StoredBytes,
    int StoredVersions,
    IReadOnlyList<HostHealth>? Origins,
    StorageState? Space);

/// <param name="StoredBytes">At the end of the day; null: it was before anything was measured.</param>
public sealed record DayStatistics(DateOnly Day, Traffic Traffic, long? StoredBytes);

/// <param name="StoredBytes">Of all its stored packages.</param>
public sealed record ProviderStatistics(ProviderAddress Provider, long StoredBytes, int StoredVersions, Traffic Traffic);

/// <summary>How much room this instance has for packages.</summary>
/// <param name="Quota">Bytes that all packages together may take (<c>Mirror:Packages:Quota</c>); null: no limit.</param>
/// <param name="StoredBytes">Of all packages, orphaned ones included; null where there is no quota.</param>
/// <param name="FreeBytes">Where packages are stored; null: the store does not tell.</param>
/// <param name="Problem">Why the last package could not be kept, or null.</param>
/// <param name="Orphans">Stored packages that no record names; null where there are none.</param>
public sealed record StorageState(long? Quota, long? StoredBytes, long? FreeBytes, string? Problem, OrphanSummary? Orphans);

/// <summary>Which downloads, newest day first. What is null restricts nothing.</summary>
/// <param name="From">Not before the day that this is in.</param>
public sealed record ServedQuery(ProviderAddress? Provider = null, DateTimeOffset? From = null)
{
    /// <summary>Days that end after this are left out; today has not ended.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that must each stand in the address.</summary>
    public SearchText? Text { get; init; }

    /// <summary>Where the page before ended (<see cref="ServedPage.Next"/>); null: from the newest.</summary>
    public long? Before { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>What clients downloaded of a provider on one day. Who they were is not kept of what is served.</summary>
public sealed record ServedProvider(long Id, DateOnly Day, ProviderAddress Provider, Traffic Traffic);

/// <param name="Next">Where the next page begins: <see cref="ServedQuery.Before"/>; null where this is the last one.</param>
public sealed record ServedPage(IReadOnlyList<ServedProvider> Items, long? Next);

/// <summary>What clients downloaded on one day, of so many providers.</summary>
public sealed record ServedDay(DateOnly Day, int Providers, Traffic Traffic);
