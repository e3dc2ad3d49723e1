using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;

namespace Mirror.Web.Features.Overview;

/// <summary>How a root group was used over some days, and what it stores.</summary>
/// <param name="Group">The root group: what is mirrored belongs to it.</param>
/// <param name="Total">Of all days together.</param>
/// <param name="Origins">Every host that this instance has asked since its start; null for whoever has no role in the group.</param>
/// <param name="Space">Of the whole instance; null for whoever has no role in the group.</param>
public sealed record StatisticsDocument(
    string Group,
    TrafficDocument Total,
    IReadOnlyList<DayDocument> Days,
    IReadOnlyList<ProviderStatisticsDocument> Providers,
    long StoredBytes,
    int StoredVersions,
    IReadOnlyList<OriginHealthDocument>? Origins,
    SpaceDocument? Space);

/// <param name="Hits">Downloads of packages that were stored when they were asked for.</param>
/// <param name="Misses">Downloads of packages that were on their way from the origin.</param>
/// <param name="HitRate">From 0 to 1; null where there were no downloads.</param>
/// <param name="SavedBytes">What origins did not have to send.</param>
public sealed record TrafficDocument(long Hits, long Misses, double? HitRate, long ServedBytes, long FetchedBytes, long SavedBytes)
{
    public static TrafficDocument From(Traffic traffic) =>
        new(traffic.Hits, traffic.Misses, traffic.HitRate, traffic.ServedBytes, traffic.FetchedBytes, traffic.SavedBytes);
}

/// <param name="StoredBytes">At the end of the day; null: it was before anything was measured.</param>
public sealed record DayDocument(DateOnly Day, TrafficDocument Traffic, long? StoredBytes);

public sealed record ProviderStatisticsDocument(string Provider, long StoredBytes, int StoredVersions, TrafficDocument Traffic);

/// <param name="LeftAlone">It failed several times in a row and is not asked for a moment.</param>
public sealed record OriginHealthDocument(string Host, bool Healthy, bool LeftAlone, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt, string? LastFailure)
{
    public static OriginHealthDocument From(HostHealth host) => new(host.Host, host.IsHealthy, host.IsLeftAlone, host.LastSuccessAt, host.LastFailureAt, host.LastFailure);
}

/// <param name="Quota">Bytes that all packages together may take (<c>Mirror:Packages:Quota</c>); null: no limit.</param>
/// <param name="StoredBytes">Of all packages, orphaned ones included; null where there is no quota.</param>
/// <param name="FreeBytes">Where packages are stored; null: the store does not tell.</param>
/// <param name="Problem">Why the last package could not be kept, or null.</param>
/// <param name="Orphans">Stored packages that no record names; null where there are none.</param>
public sealed record SpaceDocument(long? Quota, long? StoredBytes, long? FreeBytes, string? Problem, OrphansDocument? Orphans);

/// <summary>Stored packages that no record names. They are used when their package is asked for.</summary>
/// <param name="RemovedAt">When the first of them is removed otherwise; null where they are held back.</param>
/// <param name="HeldBack">They are more than a tenth of the store, and are removed only by an administrator's decision.</param>
public sealed record OrphansDocument(int Packages, long Bytes, DateTimeOffset? RemovedAt, bool HeldBack)
{
    public static OrphansDocument? From(OrphanSummary? orphans) => orphans is null ? null : new OrphansDocument(orphans.Count, orphans.Size, orphans.RemovedAt, orphans.IsHeldBack);
}
