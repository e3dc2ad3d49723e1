using Mirror.Core.Usage;

namespace Mirror.Web.Features.Overview;

/// <summary>The statistics of one or several root groups, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Span">The key of the period.</param>
/// <param name="Shares">Shares of the stored bytes, the largest first.</param>
/// <param name="Top">The providers or root groups with the most traffic.</param>
/// <param name="Origins">Null if the user has no role in the group; hosts are then not shown.</param>
/// <param name="Latencies">Null like <paramref name="Origins"/>.</param>
/// <param name="Clients">Null if the user may not see the names of clients.</param>
public sealed record OverviewFigures(
    string Span,
    IReadOnlyList<StepStatistics> Steps,
    IReadOnlyList<UsageShare> Shares,
    IReadOnlyList<UsageShare> Top,
    long StoredBytes,
    int StoredVersions,
    IReadOnlyList<OriginState>? Origins,
    IReadOnlyList<OriginLatency>? Latencies,
    IReadOnlyList<ClientStatistics>? Clients,
    StorageState? Space)
{
    /// <summary>The number of named shares, top providers and top clients.</summary>
    public const int Named = 8;

    public Traffic Total => Traffic.Sum(Steps.Select(step => step.Traffic));

    /// <param name="groups">At least one, all of the same steps.</param>
    /// <param name="shares">Of all groups, in any order.</param>
    public static OverviewFigures Of(OverviewSpan span, IReadOnlyList<UsageStatistics> groups, IReadOnlyList<UsageShare> shares) => new(
        span.Key,
        [.. groups[0].Steps.Select((step, at) => new StepStatistics(
            step.Start,
            Traffic.Sum(groups.Select(group => group.Steps[at].Traffic)),
            // Unknown only if no group has a figure: a group that did not exist stored nothing.
            groups.Any(group => group.Steps[at].StoredBytes is not null) ? groups.Sum(group => group.Steps[at].StoredBytes ?? 0) : null))],
        [.. Largest(shares.Where(share => share.Bytes > 0).OrderByDescending(share => share.Bytes).ToList())],
        [.. shares.Where(share => share.Traffic.Downloads > 0).OrderByDescending(share => share.Traffic.ServedBytes).Take(Named)],
        groups.Sum(group => group.StoredBytes),
        groups.Sum(group => group.StoredVersions),
        null,
        null,
        null,
        null);

    /// <summary>The largest shares, and the sum of the others.</summary>
    private static IEnumerable<UsageShare> Largest(List<UsageShare> stored)
    {
        var named = stored.Take(stored.Count == Named + 1 ? Named + 1 : Named).ToList();
        foreach (var share in named)
        {
            yield return share;
        }

        if (stored.Count > named.Count)
        {
            var rest = stored[named.Count..];
            var traffic = Traffic.Sum(rest.Select(share => share.Traffic));
            yield return new UsageShare(null, null, rest.Sum(share => share.Bytes), rest.Sum(share => share.Versions), traffic);
        }
    }
}

/// <summary>The storage and traffic of a provider or root group.</summary>
/// <param name="Name">For display; null for the sum of all others.</param>
/// <param name="Url">The page with its details.</param>
public sealed record UsageShare(string? Name, string? Url, long Bytes, int Versions, Traffic Traffic);
