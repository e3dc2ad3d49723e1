using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What the list shows at one moment.</summary>
/// <param name="RootGroupId">Null: there is no such group, or the user may not read it.</param>
/// <param name="State">What was asked for; <see cref="ShownPage"/> may be an earlier page, where that one no longer exists.</param>
/// <param name="Versions">The rows; none where they are providers.</param>
/// <param name="Providers">The rows of the list by provider; null: they are versions.</param>
/// <param name="Total">How many rows match in all.</param>
/// <param name="AutomaticCaching">Whether what is not stored is fetched for whoever asks for it in the group or workspace.</param>
public sealed record VersionListPage(
    string Group,
    VersionListState State,
    long? RootGroupId,
    int ShownPage,
    IReadOnlyList<ListedVersion> Versions,
    IReadOnlyList<ListedProvider>? Providers,
    int Total,
    bool AutomaticCaching)
{
    public int PageCount => Math.Max(1, (Total + VersionListState.PageSize - 1) / VersionListState.PageSize);

    /// <summary>The 1-based position of the first row.</summary>
    public int First => ((ShownPage - 1) * VersionListState.PageSize) + 1;

    public int Last => First + (Providers?.Count ?? Versions.Count) - 1;

    public bool IsEmpty => Total == 0 && State.Search.Length == 0;

    public static VersionListPage Unknown(string group, VersionListState state) => new(group, state, null, 1, [], null, 0, false);
}

/// <summary>Loads pages of the list of a group.</summary>
public sealed class VersionListLoader(CatalogSearch catalog, CurrentUser user)
{
    public async Task<VersionListPage> LoadAsync(string group, VersionListState state, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return VersionListPage.Unknown(group, state);
        }

        if (state.SearchProblem is not null)
        {
            return new VersionListPage(group, state, scope.RootGroupId, 1, [], null, 0, scope.AutomaticCaching);
        }

        var page = await FindAsync(group, state, state.Page, scope, access.SeesProtected, cancellationToken).ConfigureAwait(false);
        // The last page went away while somebody looked at it, or a link is old.
        return page is { Total: > 0, Versions.Count: 0, Providers: null or [] }
            ? await FindAsync(group, state, page.PageCount, scope, access.SeesProtected, cancellationToken).ConfigureAwait(false)
            : page;
    }

    private async Task<VersionListPage> FindAsync(string group, VersionListState state, int shown, MirrorScope scope, bool seesProtected, CancellationToken cancellationToken)
    {
        var query = (state with { Page = shown }).ToQuery() with { Anonymous = !seesProtected };
        if (!state.ByProvider)
        {
            var found = await catalog.SearchVersionsAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
            return new VersionListPage(group, state, scope.RootGroupId, shown, Listed(group, found), null, found.Total, scope.AutomaticCaching);
        }

        var providers = await catalog.SearchProvidersAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
        var rows = new List<ListedProvider>();
        foreach (var provider in providers.Items)
        {
            var unfolded = provider.Provider.Display != state.Unfolded
                ? null
                : Listed(group, await catalog.SearchVersionsAsync(scope.RootGroupId, new VersionQuery(query.Search, Take: ListedProvider.MaxVersions) { Provider = provider.Provider }, cancellationToken).ConfigureAwait(false));
            rows.Add(ListedProvider.From(provider, unfolded));
        }

        return new VersionListPage(group, state, scope.RootGroupId, shown, [], rows, providers.Total, scope.AutomaticCaching);
    }

    private static IReadOnlyList<ListedVersion> Listed(string group, PageOf<VersionSummary> found) => [.. found.Items.Select(version => ListedVersion.From(group, version))];
}
