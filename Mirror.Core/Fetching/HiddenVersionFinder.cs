using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching;

/// <summary>
/// Finds the stored versions that the policy of a root group hides from clients, among 100,000 without reading each. No origin is queried.
/// </summary>
internal sealed class HiddenVersionFinder(
    CatalogSearch search, ProviderRequests requests, Policies policies, VersionLists lists, ReleaseVisibility visibility, TimeProvider time)
{
    /// <summary>The sets of rules that a query takes into account by numbers; each one lengthens it.</summary>
    private const int MaxAlike = 8;

    /// <summary>Which of the versions the policy hides, and why.</summary>
    public async Task<Dictionary<(ProviderAddress Provider, ProviderVersion Version), PolicyBlock>> FindBlocksAsync(
        ResolvedNamespace scope, IEnumerable<(ProviderAddress Provider, ProviderVersion Version)> versions, CancellationToken cancellationToken)
    {
        var hidden = new Dictionary<(ProviderAddress, ProviderVersion), PolicyBlock>();
        if (!(await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false)).MayHide)
        {
            return hidden;
        }

        foreach (var group in versions.GroupBy(item => item.Provider, item => item.Version))
        {
            var request = await requests.BeginAsync(scope, group.Key, cancellationToken).ConfigureAwait(false);
            var decide = await visibility.PrepareFewAsync(request, group, cancellationToken).ConfigureAwait(false);
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

    /// <summary>All that the policy hides.</summary>
    public async Task<HiddenVersions> FindAllAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        if (!policy.MayHide)
        {
            return HiddenVersions.None;
        }

        var providers = (await search.ListProvidersAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false))
            .ToDictionary(provider => provider.Id, provider => provider.Provider);
        var hidden = providers.Where(provider => PolicyDecision.HidesAll(policy, provider.Value) is not null).Select(provider => provider.Key).ToHashSet();
        // The same rules apply to most providers, and most providers use the same numbers: a number is decided once for all of them.
        var alike = providers.Where(provider => !hidden.Contains(provider.Key) && PolicyDecision.DependsOnVersion(policy, provider.Value))
            .GroupBy(
                provider => string.Join(',', policy.Rules.Where(rule => rule.Provider.Matches(provider.Value)).Select(rule => rule.Id)),
                provider => provider.Key)
            .OrderByDescending(group => group.Count())
            .Select(group => group.ToList())
            .ToList();
        var numbers = await FindNumbersAsync(scope, policy, providers, [.. alike.Take(MaxAlike)], cancellationToken).ConfigureAwait(false);
        var versions = await FindByRulesAsync(scope, policy, providers, [.. alike.Skip(MaxAlike).SelectMany(ids => ids)], cancellationToken)
            .ConfigureAwait(false);
        if (policy.MinimumReleaseAge is { } age)
        {
            versions.AddRange(await FindTooNewAsync(scope, providers, time.GetUtcNow() - age, cancellationToken).ConfigureAwait(false));
        }

        return new HiddenVersions([.. hidden], numbers, versions);
    }

    /// <param name="alike">Ids of providers to which the same rules apply.</param>
    private async Task<IReadOnlyList<HiddenNumbers>> FindNumbersAsync(
        ResolvedNamespace scope,
        RootGroupPolicy policy,
        Dictionary<long, ProviderAddress> providers,
        IReadOnlyList<List<long>> alike,
        CancellationToken cancellationToken)
    {
        if (alike.Count == 0)
        {
            return [];
        }

        var numbers = (await search.ListNumbersAsync(scope.RootGroupId, [.. alike.SelectMany(ids => ids)], cancellationToken).ConfigureAwait(false))
            .Select(ProviderVersion.Parse).ToList();
        return [.. alike.Select(ids => new HiddenNumbers(
            ids,
            [.. numbers.Where(number => PolicyDecision.IsHidden(policy, providers[ids[0]], number, null, default)).Select(number => number.Value)]))];
    }

    private async Task<List<long>> FindByRulesAsync(
        ResolvedNamespace scope,
        RootGroupPolicy policy,
        Dictionary<long, ProviderAddress> providers,
        IReadOnlyCollection<long> some,
        CancellationToken cancellationToken) =>
        some.Count == 0
            ? []
            : [.. (await search.ListVersionsAsync(scope.RootGroupId, some, null, cancellationToken).ConfigureAwait(false))
                .Where(version => PolicyDecision.IsHidden(policy, providers[version.ProviderId], ProviderVersion.Parse(version.Version), null, default))
                .Select(version => version.Id)];

    /// <summary>The hidden ones among those that were signed, or that their origin has listed, since a time.</summary>
    private async Task<IEnumerable<long>> FindTooNewAsync(
        ResolvedNamespace scope, Dictionary<long, ProviderAddress> providers, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // What was stored earlier was also listed earlier.
        var listed = new Dictionary<long, HashSet<string>>();
        foreach (long id in await search.ListProvidersAsync(scope.RootGroupId, since, cancellationToken).ConfigureAwait(false))
        {
            var request = await requests.BeginAsync(scope, providers[id], cancellationToken).ConfigureAwait(false);
            var list = await lists.FindLastAsync(request.Versions, cancellationToken).ConfigureAwait(false);
            if (list?.Value.SeenSince(since).Select(version => version.Value).ToHashSet() is { Count: > 0 } versions)
            {
                listed.Add(id, versions);
            }
        }

        var candidates = (await search.ListSignedAsync(scope.RootGroupId, since, cancellationToken).ConfigureAwait(false)).ToList();
        if (listed.Count > 0)
        {
            candidates.AddRange((await search.ListVersionsAsync(scope.RootGroupId, [.. listed.Keys], since, cancellationToken).ConfigureAwait(false))
                .Where(version => listed[version.ProviderId].Contains(version.Version)));
        }

        var ids = new Dictionary<(ProviderAddress, ProviderVersion), long>();
        foreach (var (id, provider, version) in candidates)
        {
            ids[(providers[provider], ProviderVersion.Parse(version))] = id;
        }

        return (await FindBlocksAsync(scope, ids.Keys, cancellationToken).ConfigureAwait(false)).Keys.Select(version => ids[version]);
    }
}
