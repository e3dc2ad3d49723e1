using System.Runtime.CompilerServices;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Fetching;

/// <summary>
/// The stored versions of a namespace's root group, each with the reason why policy hides it from clients. No origin is queried.
/// </summary>
public sealed class StoredVersions
{
    private const int ChunkSize = 500;

    private readonly CatalogSearch _search;
    private readonly CatalogReader _reader;
    private readonly HiddenVersionFinder _hidden;

    internal StoredVersions(CatalogSearch search, CatalogReader reader, HiddenVersionFinder hidden) =>
        (_search, _reader, _hidden) = (search, reader, hidden);

    public async Task<Page<VersionSummary>> SearchAsync(ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken)
    {
        query = await PrepareAsync(scope, query, cancellationToken).ConfigureAwait(false);
        var page = await _search.SearchVersionsAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
        return page with { Items = await MarkAsync(scope, page.Items, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>All matching versions in order, at most <paramref name="max"/>; versions deleted meanwhile are omitted.</summary>
    public async IAsyncEnumerable<VersionSummary> ListAsync(
        ResolvedNamespace scope, VersionQuery query, int max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = await PrepareAsync(scope, query, cancellationToken).ConfigureAwait(false);
        foreach (long[] ids in (await _search.ListIdsAsync(scope.RootGroupId, query, max, cancellationToken).ConfigureAwait(false)).Chunk(ChunkSize))
        {
            var items = await _search.ReadAsync(ids, query, cancellationToken).ConfigureAwait(false);
            foreach (var item in await MarkAsync(scope, items, cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc cref="CatalogSearch.FindChoicesAsync"/>
    public Task<VersionFilterChoices> FindChoicesAsync(ResolvedNamespace scope, bool anonymous, CancellationToken cancellationToken) =>
        _search.FindChoicesAsync(scope.RootGroupId, anonymous, cancellationToken);

    /// <inheritdoc cref="CatalogSearch.SearchProvidersAsync"/>
    public async Task<Page<ProviderSummary>> SearchProvidersAsync(
        ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken)
    {
        query = await PrepareAsync(scope, query, cancellationToken).ConfigureAwait(false);
        var page = await _search.SearchProvidersAsync(scope.RootGroupId, query, cancellationToken).ConfigureAwait(false);
        var hidden = await _hidden.FindBlocksAsync(
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

        var hidden = await _hidden.FindBlocksAsync(scope, [(provider, version)], cancellationToken).ConfigureAwait(false);
        return found with { BlockedBy = hidden.GetValueOrDefault((provider, version)) };
    }

    private async Task<IReadOnlyList<VersionSummary>> MarkAsync(
        ResolvedNamespace scope, IReadOnlyList<VersionSummary> items, CancellationToken cancellationToken)
    {
        var hidden = await _hidden.FindBlocksAsync(
            scope, items.Select(item => (item.Provider, item.Version)), cancellationToken).ConfigureAwait(false);
        return hidden.Count == 0
            ? items
            : [.. items.Select(item => item with { BlockedBy = hidden.GetValueOrDefault((item.Provider, item.Version)) })];
    }

    private async Task<VersionQuery> PrepareAsync(ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken) =>
        query.Filter.Hidden is null
            ? query
            : query with { Blocked = await _hidden.FindAllAsync(scope, cancellationToken).ConfigureAwait(false) };
}
