using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;

namespace Mirror.Core.Usage;

/// <summary>The usage of a root group over a number of days, and its stored content.</summary>
/// <param name="Group">The root group, which owns the mirrored content.</param>
/// <param name="Total">The sum over all days.</param>
/// <param name="Days">Every day of the period, from the oldest to today.</param>
/// <param name="Providers">Providers with stored content or traffic, largest first.</param>
/// <param name="StoredBytes">Stored now; packages shared with other root groups count fully.</param>
/// <param name="StoredVersions">The number of versions stored now.</param>
/// <param name="Origins">Every host queried since the server started; null for readers without a role in the group.</param>
/// <param name="Space">Storage of the whole instance; null for readers without a role in the group.</param>
public sealed record GroupStatistics(
    NamespacePath Group,
    Traffic Total,
    IReadOnlyList<DayStatistics> Days,
    IReadOnlyList<ProviderStatistics> Providers,
    long StoredBytes,
    int StoredVersions,
    IReadOnlyList<HostHealth>? Origins,
    StorageState? Space);

/// <summary>The usage of a root group over the steps of a period, and its stored content.</summary>
/// <param name="Group">The root group, which owns the mirrored content.</param>
/// <param name="Steps">Every step of the period, from the oldest to the current one.</param>
/// <param name="Providers">Providers with stored content or traffic, largest first.</param>
/// <param name="StoredBytes">Stored now; packages shared with other root groups count fully.</param>
/// <param name="StoredVersions">The number of versions stored now.</param>
public sealed record UsageStatistics(
    NamespacePath Group,
    IReadOnlyList<StepStatistics> Steps,
    IReadOnlyList<ProviderStatistics> Providers,
    long StoredBytes,
    int StoredVersions)
{
    public Traffic Total => Traffic.Sum(Steps.Select(step => step.Traffic));
}

/// <param name="StoredBytes">At the last measurement of the step; null if there was none.</param>
public sealed record StepStatistics(DateTimeOffset Start, Traffic Traffic, long? StoredBytes);

/// <summary>The downloads of a client.</summary>
/// <param name="ServedBytes">Without redirected downloads, whose bytes are not known.</param>
public sealed record ClientStatistics(Principal Client, long Downloads, long ServedBytes, long Redirected);

/// <summary>How long a host took until the head of a response.</summary>
/// <param name="Host">With its port, unless that is the default.</param>
/// <param name="Median">Half of the responses took at most this long.</param>
/// <param name="P95">95 % of the responses took at most this long.</param>
public sealed record OriginLatency(string Host, long Responses, TimeSpan Median, TimeSpan P95);

/// <param name="StoredBytes">At the end of the day; null before the first measurement.</param>
public sealed record DayStatistics(DateOnly Day, Traffic Traffic, long? StoredBytes);

/// <param name="StoredBytes">The size of all its stored packages.</param>
public sealed record ProviderStatistics(ProviderAddress Provider, long StoredBytes, int StoredVersions, Traffic Traffic);

/// <summary>The storage capacity of this instance.</summary>
/// <param name="Quota">The maximum size of all packages together in bytes (<c>Mirror:Packages:Quota</c>); null for no limit.</param>
/// <param name="StoredBytes">The size of all packages, including orphaned ones; null if there is no quota.</param>
/// <param name="FreeBytes">Free space of the package store; null if the store does not report it.</param>
/// <param name="Problem">Why the last package could not be stored, or null.</param>
/// <param name="Orphans">Stored packages that no record refers to; null if there are none.</param>
/// <param name="Unused">Packages that will be removed because they have not been used; null if unused packages are kept.</param>
public sealed record StorageState(
    long? Quota, long? StoredBytes, long? FreeBytes, string? Problem, OrphanSummary? Orphans, UnusedForecast? Unused);

/// <summary>A filter for downloads, newest day first. Null values do not filter.</summary>
/// <param name="From">The earliest time; its whole day is included.</param>
public sealed record ServedQuery(ProviderAddress? Provider = null, DateTimeOffset? From = null)
{
    /// <summary>Days that end later are excluded; today has not ended.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that must each occur in the address.</summary>
    public SearchText? Text { get; init; }

    /// <summary>The end of the previous page (<see cref="ServedPage.Next"/>); null to start with the newest day.</summary>
    public long? Before { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>Downloads of a provider on one day. The clients are not recorded.</summary>
public sealed record ServedProvider(long Id, DateOnly Day, ProviderAddress Provider, Traffic Traffic);

/// <param name="Next">The value of <see cref="ServedQuery.Before"/> for the next page; null on the last page.</param>
public sealed record ServedPage(IReadOnlyList<ServedProvider> Items, long? Next);

/// <summary>Downloads on one day and the number of providers.</summary>
public sealed record ServedDay(DateOnly Day, int Providers, Traffic Traffic);
