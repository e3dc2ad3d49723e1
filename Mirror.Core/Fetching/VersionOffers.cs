using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Outcomes;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>Which versions of a provider a namespace is shown: the origin's and the stored ones, less what policy hides and what failed verification.</summary>
internal sealed class VersionOffers(
    CatalogReader catalog, VersionLists lists, ReleaseAges ages, NewestProofs newest, ReleaseVisibility visibility, Quarantine quarantine, Policies policies, OriginAccess access, TimeProvider time)
{
    public async Task<Outcome<OfferedVersions>> FindAsync(MirrorScope scope, ProviderAddress provider, CancellationToken waiter)
    {
        var stored = (await catalog.FindVersionsAsync(scope.RootGroupId, provider, waiter).ConfigureAwait(false)).Where(version => version.Packages.Count > 0).ToList();
        var known = await lists.GetAsync(scope, provider, stored.Count > 0, null, waiter).ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        var policy = await policies.FindAsync(scope.RootGroupId, waiter).ConfigureAwait(false);
        if (versions.List is { } list && access.MayAsk(scope, provider))
        {
            if (policy.MinimumReleaseAge is { } minimum)
            {
                await ages.LearnAsync(scope, provider, list, minimum, waiter).ConfigureAwait(false);
            }

            await newest.ProveAsync(scope, provider, versions, policy, stored.Select(version => version.Version).ToHashSet(), waiter).ConfigureAwait(false);
        }

        return await DecideAsync(scope, provider, versions, stored, policy, waiter).ConfigureAwait(false);
    }

    private async Task<Outcome<OfferedVersions>> DecideAsync(
        MirrorScope scope, ProviderAddress provider, KnownVersions versions, IReadOnlyList<VersionDetails> stored, RootGroupPolicy policy, CancellationToken waiter)
    {
        // What is stored stays listed when the origin no longer names it: a lock file may.
        var all = (versions.List?.Versions.Versions ?? []).ToDictionary(item => item.Version);
        var storedOnly = new HashSet<ProviderVersion>();
        foreach (var version in stored)
        {
            if (all.TryAdd(version.Version, new OriginVersion(version.Version, [], [.. version.Packages.Select(package => package.Platform)])))
            {
                storedOnly.Add(version.Version);
            }
        }

        var quarantined = (await quarantine.FindAsync(scope.RootGroupId, provider, waiter).ConfigureAwait(false))
            .Where(entry => entry.Platform is null).Select(entry => entry.Version).ToHashSet();
        quarantined.ExceptWith(stored.Select(version => version.Version));
        var now = time.GetUtcNow();
        var freshUntil = versions.FreshUntil;
        var offered = new List<OriginVersion>();
        string? reason = null;
        foreach (var item in all.Values.OrderByDescending(item => item.Version))
        {
            var (hidden, until) = await visibility.DecideAsync(scope, provider, item.Version, versions.List, policy, waiter).ConfigureAwait(false);
            reason ??= hidden;
            if (hidden is not null)
            {
                freshUntil = until > now && until < freshUntil ? until.Value : freshUntil;
            }
            else if (!quarantined.Contains(item.Version))
            {
                offered.Add(item);
            }
        }

        return offered.Count == 0 && reason is not null
            ? new Failure(FailureKind.PolicyHides, $"Policy hides every version of {provider}; of the newest one, {reason}.")
            : new OfferedVersions(provider, offered, versions.List?.Versions.Warnings ?? [], freshUntil) { StoredOnly = storedOnly };
    }
}
