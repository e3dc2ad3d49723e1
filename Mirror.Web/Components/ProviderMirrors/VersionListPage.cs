using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Components.SignIn;

namespace Mirror.Web.Components.ProviderMirrors;

/// <summary>What the list shows at one moment.</summary>
/// <param name="RootGroupId">Null: there is no such group, or the visitor may not read it.</param>
/// <param name="State">What was asked for; <see cref="ShownPage"/> may be an earlier page, where that one no longer exists.</param>
/// <param name="Total">How many versions match in all.</param>
/// <param name="AutomaticCaching">Whether what is not stored is fetched for whoever asks for it in the group or workspace.</param>
public sealed record VersionListPage(string Group, VersionListState State, long? RootGroupId, int ShownPage, IReadOnlyList<ListedVersion> Versions, int Total, bool AutomaticCaching)
{
    public int PageCount => Math.Max(1, (Total + VersionListState.PageSize - 1) / VersionListState.PageSize);

    /// <summary>The 1-based position of the first row.</summary>
    public int First => ((ShownPage - 1) * VersionListState.PageSize) + 1;

    public int Last => First + Versions.Count - 1;

    public bool IsEmpty => Total == 0 && State.Search.Length == 0;
}

/// <summary>Loads pages of the list of a group.</summary>
public sealed class VersionListLoader(CatalogReader catalog, Visitor visitor)
{
    public async Task<VersionListPage> LoadAsync(string group, VersionListState state, CancellationToken cancellationToken)
    {
        if (!Urls.TryParseGroup(group, out var path)
            || await visitor.CheckAsync(AccessAction.Read, path, null, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } row } access)
        {
            return new VersionListPage(group, state, null, 1, [], 0, false);
        }

        var found = await catalog.SearchVersionsAsync(row.RootGroupId, state.ToQuery() with { Anonymous = !access.SeesProtected }, cancellationToken).ConfigureAwait(false);
        int shown = state.Page;
        if (found.Items.Count == 0 && found.Total > 0)
        {
            // The last page went away while somebody looked at it, or a link is old.
            shown = (found.Total + VersionListState.PageSize - 1) / VersionListState.PageSize;
            found = await catalog.SearchVersionsAsync(row.RootGroupId, (state with { Page = shown }).ToQuery() with { Anonymous = !access.SeesProtected }, cancellationToken).ConfigureAwait(false);
        }

        return new VersionListPage(group, state, row.RootGroupId, shown, [.. found.Items.Select(version => ListedVersion.From(group, version))], found.Total, row.AutomaticCaching);
    }
}
