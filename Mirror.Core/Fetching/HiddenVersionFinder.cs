using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching;

/// <summary>
/// Finds the stored versions that the policy of a root group hides from clients, among 100,000 without reading each. No origin is queried.
/// </summary>
internal sealed class HiddenVersionFinder(
    CatalogSearch search,
    ProviderRequests requests,
    Policies policies,
    VersionLists lists,
    ReleaseVisibility visibility,
    RegistryNamespaces registry,
    MirrorOptions options,
    TimeProvider time)
{
    /// <summary>The sets of rules that a query takes into account by numbers; each one lengthens it.</summary>
    private const int MaxRuleSets = 8;

    /// <summary>Which of the versions the policy hides, and why.</summary>
    public async Task<Dictionary<(ProviderAddress Provider, ProviderVersion Version), PolicyBlock>> FindBlocksAsync(
        ResolvedNamespace scope, IEnumerable<(ProviderAddress Provider, ProviderVersion Version)> versions, CancellationToken cancellationToken)
    {
        var hidden = new Dictionary<(ProviderAddress, ProviderVersion), PolicyBlock>();
        bool mayHide = (await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false)).MayHide;
        foreach (var group in versions.GroupBy(item => item.Provider, item => item.Version))
        {
            if (!mayHide && !options.IsOwn(group.Key.Hostname))
            {
                continue;
            }

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
        var withheld = await FindWithheldAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!policy.MayHide)
        {
            return withheld.Count == 0 ? HiddenVersions.None : new HiddenVersions([], [], withheld);
        }

        var providers = (await search.ListProvidersAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false))
            .ToDictionary(provider => provider.Id, provider => provider.Provider);
        var hidden = providers.Where(provider => PolicyDecision.HidesAll(policy, provider.Value) is not null).Select(provider => provider.Key).ToHashSet();
        // The same rules apply to most providers, and most providers use the same numbers: a number is decided once for all of them.
        var groups = providers.Where(provider => !hidden.Contains(provider.Key) && PolicyDecision.DependsOnVersion(policy, provider.Value))
            .GroupBy(
                provider => string.Join(',', policy.Rules.Where(rule => rule.Provider.Matches(provider.Value)).Select(rule => rule.Id)),
                provider => provider.Key)
            .OrderByDescending(group => group.Count())
            .Select(group => group.ToList())
            .ToList();
        var numbers = await FindNumbersAsync(scope, policy, providers, [.. groups.Take(MaxRuleSets)], cancellationToken).ConfigureAwait(false);
        var versions = await FindByRulesAsync(scope, policy, providers, [.. groups.Skip(MaxRuleSets).SelectMany(ids => ids)], cancellationToken)
            .ConfigureAwait(false);
        versions.AddRange(withheld);
        if (policy.MinimumReleaseAge is { } age)
        {
            versions.AddRange(await FindTooNewAsync(scope, providers, time.GetUtcNow() - age, cancellationToken).ConfigureAwait(false));
        }

        return new HiddenVersions([.. hidden], numbers, versions);
    }

    /// <summary>The published versions whose key was revoked.</summary>
    private async Task<List<long>> FindWithheldAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        foreach (var publisher in await registry.ListAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false))
        {
            if (publisher.RevokedKeys.Count > 0 && options.OwnHostname is { } own)
            {
                found.AddRange(await search.ListSignedAsync(
                    scope.RootGroupId, own.Value, publisher.Name, [.. publisher.RevokedKeys.Keys], cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    /// <param name="groups">Ids of providers to which the same rules apply.</param>
    private async Task<IReadOnlyList<HiddenNumbers>> FindNumbersAsync(
        ResolvedNamespace scope,
        RootGroupPolicy policy,
        Dictionary<long, ProviderAddress> providers,
        IReadOnlyList<List<long>> groups,
        CancellationToken cancellationToken)
    {
        if (groups.Count == 0)
        {
            return [];
        }

        var numbers = (await search.ListNumbersAsync(scope.RootGroupId, [.. groups.SelectMany(ids => ids)], cancellationToken).ConfigureAwait(false))
            .Select(ProviderVersion.Parse).ToList();
        return [.. groups.Select(ids => new HiddenNumbers(
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

    /// <summary>The versions that were released after a time: signed, or first listed by their origin. See <see cref="ReleaseVisibility.Later"/>.</summary>
    private async Task<HashSet<long>> FindTooNewAsync(
        ResolvedNamespace scope, Dictionary<long, ProviderAddress> providers, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var found = new HashSet<long>();
        var signed = (await search.ListSignedAsync(scope.RootGroupId, since, cancellationToken).ConfigureAwait(false)).ToLookup(proof => proof.ProviderId);
        // What was stored earlier was also listed earlier.
        var stored = (await search.ListProvidersAsync(scope.RootGroupId, since, cancellationToken).ConfigureAwait(false)).ToHashSet();
        var listed = new Dictionary<long, HashSet<string>>();
        foreach (long id in stored.Union(signed.Select(proofs => proofs.Key)))
        {
            var request = await requests.BeginAsync(scope, providers[id], cancellationToken).ConfigureAwait(false);
            found.UnionWith(signed[id].GroupBy(proof => proof.Id)
                .Where(proofs => Choose(proofs, request.Credential.Identity)?.SignedAt > since)
                .Select(proofs => proofs.Key));
            if (stored.Contains(id) && await lists.FindLastAsync(request.Versions, cancellationToken).ConfigureAwait(false) is { } list)
            {
                listed.Add(id, [.. list.Value.SeenAfter(since).Select(version => version.Value)]);
            }
        }

        long[] some = [.. listed.Where(versions => versions.Value.Count > 0).Select(versions => versions.Key)];
        if (some.Length > 0)
        {
            found.UnionWith((await search.ListVersionsAsync(scope.RootGroupId, some, since, cancellationToken).ConfigureAwait(false))
                .Where(version => listed[version.ProviderId].Contains(version.Version))
                .Select(version => version.Id));
        }

        return found;
    }

    /// <summary>The proof that <see cref="ProofStore"/> uses for a credential.</summary>
    private static SignedVersion? Choose(IEnumerable<SignedVersion> proofs, CredentialIdentity credential) => proofs
        .Where(proof => proof.Credential == credential.Value || proof.Credential == CredentialIdentity.None.Value
            || proof.Credential.StartsWith(CredentialIdentity.CallerPrefix, StringComparison.Ordinal))
        .OrderByDescending(proof => proof.Credential == credential.Value)
        .ThenByDescending(proof => proof.VerifiedAt)
        .FirstOrDefault();
}
