using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The content of the list.</summary>
/// <param name="RootGroupId">Null if the group does not exist or the user may not read it.</param>
/// <param name="State">The requested state; <see cref="ShownPage"/> is an earlier page if the requested one no longer exists.</param>
/// <param name="Versions">The rows of the list of versions.</param>
/// <param name="Providers">The rows of the list by provider; null in the list of versions.</param>
/// <param name="Total">The number of matching rows.</param>
/// <param name="AutomaticCaching">Whether missing packages are fetched on request in the group or workspace.</param>
/// <param name="MayChange">Whether the user may delete and refresh the versions here.</param>
public sealed record VersionListPage(
    string Group,
    VersionListState State,
    long? RootGroupId,
    int ShownPage,
    IReadOnlyList<VersionSummary> Versions,
    IReadOnlyList<ProviderSummary>? Providers,
    int Total,
    bool AutomaticCaching,
    bool MayChange)
{
    public int PageCount => Math.Max(1, (Total + State.PageSize - 1) / State.PageSize);

    /// <summary>The 1-based position of the first row.</summary>
    public int First => ((ShownPage - 1) * State.PageSize) + 1;

    public int Last => First + (Providers?.Count ?? Versions.Count) - 1;

    public bool IsEmpty => Total == 0 && State.IsUnfiltered;

    /// <summary>The first time at which the policy no longer hides one of the rows because it is too new.</summary>
    public DateTimeOffset? NextVisibleAt =>
        Versions.Select(version => version.BlockedBy?.Until).Concat(Providers?.Select(provider => provider.NewestBlockedBy?.Until) ?? []).Min();

    public static VersionListPage Unknown(string group, VersionListState state) => new(group, state, null, 1, [], null, 0, false, false);
}
