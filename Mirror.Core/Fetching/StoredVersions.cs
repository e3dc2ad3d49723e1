using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching;

/// <summary>
/// The stored versions of a namespace's root group, each with the reason why policy hides it from clients. No origin is queried.
/// </summary>
public sealed class StoredVersions
{
    private readonly CatalogSearch _search;
    private readonly CatalogReader _reader;
    private readonly ProviderRequests _requests;
    private readonly Policies _policies;
    private readonly ReleaseVisibility _visibility;

    internal StoredVersions(
        CatalogSearch search, CatalogReader reader, ProviderRequests requests, Policies policies, ReleaseVisibility visibility) =>
        (_search, _reader, _requests, _policies, _visibility) = (search, reader, requests, policies, visibility);

    public async Task<Page<VersionSummary>> SearchAsync(ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken)
    {
        var page = await _search.SearchVersionsAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
        var hidden = await FindBlocksAsync(
            scope, page.Items.Select(item => (item.Provider, item.Version)), cancellationToken).ConfigureAwait(false);
        return hidden.Count == 0
            ? page
            : page with { Items = [.. page.Items.Select(item => item with { BlockedBy = hidden.GetValueOrDefault((item.Provider, item.Version)) })] };
    }

    /// <inheritdoc cref="CatalogSearch.SearchProvidersAsync"/>
    public async Task<Page<ProviderSummary>> SearchProvidersAsync(
        ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken)
    {
        var page = await _search.SearchProvidersAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
        var hidden = await FindBlocksAsync(
            scope, page.Items.Select(item => (item.Provider, item.Newest)), cancellationToken).ConfigureAwait(false);
        return hidden.Count == 0
            ? page
            : page with { Items = [.. page.Items.Select(item => item with { NewestBlockedBy = hidden.GetValueOrDefault((item.Provider, item.Newest)) })] };
    }

    /// <summary>One stored version, or null.</summary>
    public async Task<VersionDetails?> FindAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        if (await _reader.FindVersionAsync(scope.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var hidden = await FindBlocksAsync(scope, [(provider, version)], cancellationToken).ConfigureAwait(false);
        return found with { BlockedBy = hidden.GetValueOrDefault((provider, version)) };
    }

    /// <summary>Which of the versions policy hides.</summary>
    private async Task<Dictionary<(ProviderAddress Provider, ProviderVersion Version), PolicyBlock>> FindBlocksAsync(
        ResolvedNamespace scope, IEnumerable<(ProviderAddress Provider, ProviderVersion Version)> versions, CancellationToken cancellationToken)
    {
        var hidden = new Dictionary<(ProviderAddress, ProviderVersion), PolicyBlock>();
        if (!(await _policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false)).MayHide)
        {
            return hidden;
        }

        foreach (var group in versions.GroupBy(item => item.Provider, item => item.Version))
        {
            var request = await _requests.BeginAsync(scope, group.Key, cancellationToken).ConfigureAwait(false);
            var decide = await _visibility.PrepareFewAsync(request, group, cancellationToken).ConfigureAwait(false);
            foreach (var version in group)
            {
                if (decide(version) is { } block)
                {
                    hidden.Add((group.Key, version), block);
                }
            }
        }

        return hidden;
    }
}
