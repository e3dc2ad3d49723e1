using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Determines the versions of a provider that a namespace sees: those of the origin and the stored ones, except those that the policy hides
/// or that failed verification.
/// </summary>
internal sealed class VersionOffers(
    ProviderRequests requests,
    CatalogReader catalog,
    VersionLists lists,
    ReleaseAges ages,
    NewestProofs newest,
    ReleaseVisibility visibility,
    Quarantine quarantine,
    OriginAccess access,
    Deprecations deprecations,
    MirrorOptions options,
    TimeProvider time)
{
    /// <param name="again">Proofs have been waited for just before.</param>
    /// <param name="current">Waits for the refresh of a stale list.</param>
    public async Task<Outcome<OfferedVersions>> FindAsync(
        ResolvedNamespace scope, ProviderAddress provider, bool again, bool current, CancellationToken waiter)
    {
        var began = Moment.Now(time);
        var request = await requests.BeginAsync(scope, provider, waiter).ConfigureAwait(false);
        if (PolicyDecision.HidesAll(request.Policy, provider) is { } denied)
        {
            // Regardless of the origin: an outage must not look like a reason to retry, or to try another source.
            return new Failure(FailureKind.PolicyHides, $"The policy hides every version of {provider}: {denied}.");
        }

        var stored = (await catalog.FindVersionsAsync(scope.RootGroupId, provider, waiter).ConfigureAwait(false))
            .Where(version => version.Platforms.Count > 0)
            .ToList();
        var known = await lists.GetAsync(request.Versions, stored.Count > 0, null, waiter).ConfigureAwait(false);
        if (current && known.TryGet(out var stale) && stale.Refresh is { } refresh)
        {
            await refresh.WaitAsync(waiter).ConfigureAwait(false);
            known = await lists.GetAsync(request.Versions, stored.Count > 0, null, waiter).ConfigureAwait(false);
        }

        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        if (!again && versions.Document is { } list && access.MayAsk(scope, provider))
        {
            if (request.Policy.MinimumReleaseAge is { } minimum)
            {
                await ages.FetchAsync(request, list, minimum, Remaining(), waiter).ConfigureAwait(false);
            }

            await newest.ProveAsync(request, versions, stored.Select(version => version.Version).ToHashSet(), Remaining(), waiter)
                .ConfigureAwait(false);
        }

        return await DecideAsync(request, versions, stored, waiter).ConfigureAwait(false);

        // If the list came late, respond with the known state rather than too late.
        TimeSpan Remaining() =>
            options.Upstream.Limits.DocumentDeadline - began.Age(time) is { Ticks: > 0 } remaining ? remaining : TimeSpan.Zero;
    }

    private async Task<Outcome<OfferedVersions>> DecideAsync(
        ProviderRequest request, OriginAnswer<OriginVersionList> versions, IReadOnlyList<VersionDetails> stored, CancellationToken waiter)
    {
        var (provider, policy) = (request.Provider, request.Policy);
        // Stored versions stay listed even if the origin no longer lists them: lock files may refer to them.
        var origin = versions.Document?.Value ?? OriginVersionList.Empty;
        var storedOnly = stored.Where(version => !origin.Contains(version.Version)).ToDictionary(
            version => version.Version,
            version => new OriginVersion(version.Version, [], [.. version.Platforms.Select(package => package.Platform)]));
        var offered = origin.With(storedOnly.Values);
        var freshUntil = versions.FreshUntil;

        var quarantined = (await quarantine.FindAsync(request.RootGroupId, provider, waiter).ConfigureAwait(false))
            .Where(entry => entry.Platform is null).Select(entry => entry.Version).ToHashSet();
        quarantined.ExceptWith(stored.Select(version => version.Version));
        if (quarantined.Count > 0)
        {
            var listed = offered;
            offered = listed.Where(item => !quarantined.Contains(item.Version));
        }

        if (policy.Rules.Count > 0 || policy.MinimumReleaseAge is not null || request.RevokedKeys.Count > 0)
        {
            // The list may be long: which versions are hidden is decided again on each read and not stored.
            var decide = await visibility.PrepareAsync(request, versions.Document?.Value, only: null, waiter).ConfigureAwait(false);
            var (passed, now, any, latest) = (offered, time.GetUtcNow(), false, (PolicyBlock?)null);
            foreach (var item in origin.With(storedOnly.Values))
            {
                var hidden = decide(item.Version);
                latest ??= hidden;
                any |= hidden is null && !quarantined.Contains(item.Version);
                freshUntil = hidden?.Until is { } until && until > now && until < freshUntil ? until : freshUntil;
            }

            if (!any && latest is not null)
            {
                return latest.RevokedKey is null
                    ? new Failure(FailureKind.PolicyHides, $"The policy hides every version of {provider}; the latest version: {latest.Reason}.")
                    : new Failure(FailureKind.KeyRevoked, $"Every version of {provider} is withheld; the latest version: {latest.Reason}.");
            }

            offered = passed.Where(item => decide(item.Version) is null);
        }

        return new OfferedVersions(
            provider, offered, await FindWarningsAsync(request, offered, origin, waiter).ConfigureAwait(false), freshUntil)
        { IsLong = origin.IsLong, StoredOnly = storedOnly.Keys.ToHashSet(), Failure = versions.Failure };
    }

    /// <summary>The warnings of the origin, or the deprecations of a provider that is published here.</summary>
    private async ValueTask<IReadOnlyList<string>> FindWarningsAsync(
        ProviderRequest request, IEnumerable<OriginVersion> offered, OriginVersionList origin, CancellationToken cancellationToken)
    {
        if (!options.IsOwn(request.Provider.Hostname))
        {
            return origin.Warnings;
        }

        var list = await deprecations.FindAsync(request.RootGroupId, request.Provider, cancellationToken).ConfigureAwait(false);
        return list.Items.Count == 0
            ? []
            : list.ToWarnings(request.Provider, offered.Select(item => item.Version).ToHashSet());
    }
}
