using Mirror.Core.Upstream;
using Mirror.Core.Usage;

namespace Mirror.Web.Features.Overview;

/// <summary>The statistics of one or several root groups, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Shares">Shares of the stored bytes, the largest first.</param>
/// <param name="Origins">Null if the user has no role in the group; hosts are then not shown.</param>
public sealed record OverviewFigures(
    IReadOnlyList<DayStatistics> Days,
    IReadOnlyList<StorageShare> Shares,
    long StoredBytes,
    int StoredVersions,
    IReadOnlyList<HostHealth>? Origins,
    StorageState? Space)
{
    /// <summary>The number of named shares.</summary>
    private const int Named = 8;

    public Traffic Total => Traffic.Sum(Days.Select(day => day.Traffic));

    /// <param name="groups">At least one, all of the same days.</param>
    /// <param name="shares">The largest first.</param>
    public static OverviewFigures Of(IReadOnlyList<GroupStatistics> groups, IEnumerable<StorageShare> shares) => new(
        [.. groups[0].Days.Select((day, at) => new DayStatistics(
            day.Day, Traffic.Sum(groups.Select(group => group.Days[at].Traffic)), groups.Sum(group => group.Days[at].StoredBytes ?? 0)))],
        [.. Largest(shares)],
        groups.Sum(group => group.StoredBytes),
        groups.Sum(group => group.StoredVersions),
        groups[0].Origins,
        groups[0].Space);

    /// <summary>The largest shares, and the sum of the others.</summary>
    private static IEnumerable<StorageShare> Largest(IEnumerable<StorageShare> shares)
    {
        var stored = shares.Where(share => share.Bytes > 0).ToList();
        var named = stored.Take(stored.Count == Named + 1 ? Named + 1 : Named).ToList();
        foreach (var share in named)
        {
            yield return share;
        }

        if (stored.Count > named.Count)
        {
            var rest = stored[named.Count..];
            var traffic = Traffic.Sum(rest.Select(share => share.Traffic));
            yield return new StorageShare(null, null, rest.Sum(share => share.Bytes), rest.Sum(share => share.Versions), traffic);
        }
    }
}

/// <summary>The share of a provider or root group in the stored bytes.</summary>
/// <param name="Name">For display; null for the sum of all others.</param>
/// <param name="Url">The page with its details.</param>
public sealed record StorageShare(string? Name, string? Url, long Bytes, int Versions, Traffic Traffic);
