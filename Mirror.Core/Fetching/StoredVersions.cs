using System.Runtime.CompilerServices;
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
    private const int ChunkSize = 500;

    private readonly CatalogSearch _search;
    private readonly CatalogReader _reader;
    private readonly ProviderRequests _requests;
    private readonly Policies _policies;
    private readonly ReleaseVisibility _visibility;
    private readonly TimeProvider _time;

    internal StoredVersions(
        CatalogSearch search, CatalogReader reader, ProviderRequests requests, Policies policies, ReleaseVisibility visibility, TimeProvider time) =>
        (_search, _reader, _requests, _policies, _visibility, _time) = (search, reader, requests, policies, visibility, time);

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

    private async Task<IReadOnlyList<VersionSummary>> MarkAsync(
        ResolvedNamespace scope, IReadOnlyList<VersionSummary> items, CancellationToken cancellationToken)
    {
        var hidden = await FindBlocksAsync(
            scope, items.Select(item => (item.Provider, item.Version)), cancellationToken).ConfigureAwait(false);
        return hidden.Count == 0
            ? items
            : [.. items.Select(item => item with { BlockedBy = hidden.GetValueOrDefault((item.Provider, item.Version)) })];
    }

    private async Task<VersionQuery> PrepareAsync(ResolvedNamespace scope, VersionQuery query, CancellationToken cancellationToken) =>
        query.Filter.Hidden is null
            ? query
            : query with { Blocked = await FindHiddenAsync(scope, cancellationToken).ConfigureAwait(false) };

    private async Task<HiddenVersions> FindHiddenAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var policy = await _policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        if (!policy.MayHide)
        {
            return HiddenVersions.None;
        }

        var providers = (await _search.ListProvidersAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false))
            .ToDictionary(provider => provider.Id, provider => provider.Provider);
        var hidden = providers.Where(provider => PolicyDecision.HidesAll(policy, provider.Value) is not null).Select(provider => provider.Key).ToHashSet();
        long[] some = [.. providers.Where(
            provider => !hidden.Contains(provider.Key) && PolicyDecision.DependsOnVersion(policy, provider.Value)).Select(provider => provider.Key)];
        var versions = some.Length == 0
            ? []
            : HiddenByRules(
                policy, providers, await _search.ListNumbersAsync(scope.RootGroupId, some, null, cancellationToken).ConfigureAwait(false));
        if (policy.MinimumReleaseAge is { } age)
        {
            // What was stored earlier than that was also released earlier.
            var recent = await _search.ListNumbersAsync(
                scope.RootGroupId, null, _time.GetUtcNow() - age, cancellationToken).ConfigureAwait(false);
            var candidates = recent.Where(version => !hidden.Contains(version.ProviderId))
                .ToDictionary(version => (providers[version.ProviderId], ProviderVersion.Parse(version.Version)), version => version.Id);
            foreach (var block in await FindBlocksAsync(scope, candidates.Keys, cancellationToken).ConfigureAwait(false))
            {
                versions.Add(candidates[block.Key]);
            }
        }

        return new HiddenVersions([.. hidden], [.. versions]);
    }

    // Of 100,000 versions, only a few hundred numbers are different, and the same rules concern most providers.
    private static HashSet<long> HiddenByRules(
        RootGroupPolicy policy,
        Dictionary<long, ProviderAddress> providers,
        IReadOnlyList<(long Id, long ProviderId, string Version)> versions)
    {
        var rulesOf = providers.ToDictionary(
            provider => provider.Key,
            provider => string.Join(',', policy.Rules.Where(rule => rule.Provider.Matches(provider.Value)).Select(rule => rule.Id)));
        var decisions = new Dictionary<(string Rules, string Version), bool>();
        var hidden = new HashSet<long>();
        foreach (var (id, providerId, version) in versions)
        {
            var key = (rulesOf[providerId], version);
            if (!decisions.TryGetValue(key, out bool isHidden))
            {
                isHidden = PolicyDecision.Hides(policy, providers[providerId], ProviderVersion.Parse(version), null, default) is not null;
                decisions.Add(key, isHidden);
            }

            if (isHidden)
            {
                hidden.Add(id);
            }
        }

        return hidden;
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
