using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What the list shows at one moment.</summary>
/// <param name="RootGroupId">Null: there is no such group, or the user may not read it.</param>
/// <param name="State">What was asked for; <see cref="ShownPage"/> may be an earlier page, where that one no longer exists.</param>
/// <param name="Versions">The rows; where they are providers, the newest versions of the one that is unfolded.</param>
/// <param name="Providers">The rows of the list by provider; null: they are versions.</param>
/// <param name="Total">How many rows match in all.</param>
/// <param name="AutomaticCaching">Whether what is not stored is fetched for whoever asks for it in the group or workspace.</param>
public sealed record VersionListPage(
    string Group,
    VersionListState State,
    long? RootGroupId,
    int ShownPage,
    IReadOnlyList<VersionSummary> Versions,
    IReadOnlyList<ProviderSummary>? Providers,
    int Total,
    bool AutomaticCaching)
{
    /// <summary>How many versions an unfolded provider shows.</summary>
    public const int MaxUnfolded = 20;

    public int PageCount => Math.Max(1, (Total + VersionListState.PageSize - 1) / VersionListState.PageSize);

    /// <summary>The 1-based position of the first row.</summary>
    public int First => ((ShownPage - 1) * VersionListState.PageSize) + 1;

    public int Last => First + (Providers?.Count ?? Versions.Count) - 1;

    public bool IsEmpty => Total == 0 && State.Search.Length == 0;

    public static VersionListPage Unknown(string group, VersionListState state) => new(group, state, null, 1, [], null, 0, false);
}
