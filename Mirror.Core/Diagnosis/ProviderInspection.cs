using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Upstream;

namespace Mirror.Core.Diagnosis;

/// <param name="Took">The response time; zero if a recent response was reused.</param>
/// <param name="Failure">The failure, if the query failed.</param>
public sealed record OriginCheck(TimeSpan Took, Failure? Failure);

/// <summary>Collects the facts that decide whether a namespace can get a provider. The inspection fetches and caches nothing.</summary>
public sealed class ProviderInspection(
    ProviderRequests requests, ProviderMirror mirror, VersionLists lists, Releases releases, CatalogReader catalog,
    Quarantine quarantine, OriginHttp http, HostedRouter router, MirrorOptions options, TimeProvider time)
{
    // Of a longer list, only the latest versions are included, and those that are stored or requested.
    private const int MaxVersions = 5000;

    /// <summary>
    /// Whether the origin may be queried for a user: either as for a client of the namespace, or because the user may sync there.
    /// </summary>
    public bool MayCheck(ResolvedNamespace scope, ProviderAddress provider, bool maySync) =>
        options.MayQuery(provider.Hostname)
        && options.Upstream.ModeFor(provider.Hostname) != UpstreamMode.Offline
        && scope.FindRoute(provider) is null
        && (scope.AutomaticCaching || maySync);

    /// <param name="version">The version in question; null for the latest version that a client would select.</param>
    /// <param name="platform">Null for any platform.</param>
    /// <param name="check">The result of querying the origin just now; null if it was not queried.</param>
    public async Task<ProviderDiagnosis> DiagnoseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion? version, Platform? platform, OriginCheck? check,
        CancellationToken cancellationToken)
    {
        // As for a client.
        var facts = await InspectAsync(scope, router.Map(scope, provider), version, check, cancellationToken).ConfigureAwait(false);
        return new ProviderDiagnosis(
            facts.Provider,
            facts.Namespace,
            version,
            platform,
            InitDiagnosis.Decide(facts, version, platform),
            facts.Origin,
            facts.Quarantine,
            facts.Versions);
    }

    /// <param name="wanted">Included even if neither the origin nor the store has it.</param>
    private async Task<ProviderFacts> InspectAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion? wanted, OriginCheck? check, CancellationToken cancellationToken)
    {
        var request = await requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        var state = await lists.FindStateAsync(request.Versions, cancellationToken).ConfigureAwait(false);
        var stored = (await catalog.FindVersionsAsync(
            scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false)).ToDictionary(version => version.Version);
        var offered = (state.Document?.Value ?? OriginVersionList.Empty).Versions.Take(MaxVersions).ToDictionary(
            version => version.Version);
        var all = offered.Keys.Union(stored.Keys).Union(wanted is null ? [] : [wanted]).OrderDescending().ToList();
        var hidden = await mirror.FindHiddenAsync(request, all, state.Document?.Value, cancellationToken).ConfigureAwait(false);
        var failures = new Dictionary<ProviderVersion, Failure?>();
        foreach (var version in all)
        {
            failures[version] = await releases.FindFailureAsync(
                new ReleaseQuestion(request, version, [], Principal.System), cancellationToken).ConfigureAwait(false);
        }

        return new ProviderFacts(
            provider,
            scope.Path,
            new OriginFacts(
                provider.Hostname,
                options.MayQuery(provider.Hostname),
                options.Upstream.ModeFor(provider.Hostname),
                scope.AutomaticCaching,
                scope.AutomaticCachingFrom,
                http.Breakers.SuspendedHosts.Contains(AuthorityOf(provider.Hostname)),
                check is not null,
                (long?)check?.Took.TotalMilliseconds,
                state.Asked.At > DateTimeOffset.UnixEpoch ? state.Asked.At : null,
                state.Document?.Fetched.At,
                state.LastFailure?.Message)
            { LastFailure = state.LastFailure, IsOwn = options.IsOwn(provider.Hostname) },
            [.. all.Select(version => new VersionFacts(
                version,
                state.Document?.Value.Contains(version) == true,
                state.Document?.Value.Find(version)?.Platforms ?? [],
                [.. stored.GetValueOrDefault(version)?.Platforms.Select(package => package.Platform) ?? []],
                stored.GetValueOrDefault(version)?.Trust,
                hidden.GetValueOrDefault(version)?.Reason)
            {
                RevokedKey = hidden.GetValueOrDefault(version)?.RevokedKey,
                ProofFailure = failures[version],
                ArchiveProblems = (stored.GetValueOrDefault(version)?.Platforms ?? []).Where(package => package.ArchiveProblem is not null)
                    .ToDictionary(package => package.Platform, package => package.ArchiveProblem!),
            })],
            await quarantine.FindAsync(scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Queries the origin for its versions, within the document deadline. The response is cached as for a client.
    /// </summary>
    public async Task<OriginCheck> CheckAsync(ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var request = await requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        var (state, asked) = await lists.CheckAsync(request.Versions, cancellationToken).ConfigureAwait(false);
        return new OriginCheck(asked ? time.GetElapsedTime(began) : TimeSpan.Zero, state.LastFailure);
    }

    private string AuthorityOf(ProviderHostname hostname) =>
        options.Upstream.FindHost(hostname) is { } host && (host.MirrorUrl ?? host.ProvidersUrl) is { } url
            ? url.Authority
            : hostname.Value;
}
