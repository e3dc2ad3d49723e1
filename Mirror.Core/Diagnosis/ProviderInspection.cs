using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Diagnosis;

/// <param name="Took">How long the origin took to answer; zero where an answer of a moment ago stands.</param>
/// <param name="Failure">What came of it, if not a list.</param>
public sealed record OriginCheck(TimeSpan Took, Failure? Failure);

/// <summary>Finds out what decides whether a namespace can have a provider. Nothing is fetched and nothing is cached by looking.</summary>
public sealed class ProviderInspection(
    ProviderRequests requests, ProviderMirror mirror, VersionLists lists, Releases releases, CatalogReader catalog,
    Quarantine quarantine, OriginHttp http, MirrorOptions options, TimeProvider time)
{
    // Of a list that is longer, the newest are told of, and what is stored or asked for.
    private const int MaxVersions = 5000;

    /// <summary>Whether the origin may be asked for a user: as for a client of the namespace, or because they may sync there.</summary>
    public bool MayCheck(ResolvedNamespace scope, ProviderAddress provider, bool maySync) =>
        options.Upstream.IsAllowed(provider.Hostname)
        && options.Upstream.ModeFor(provider.Hostname) != UpstreamMode.Offline
        && (scope.AutomaticCaching || maySync);

    /// <param name="version">What is asked about; null: the newest that a client would choose.</param>
    /// <param name="platform">Null: any.</param>
    /// <param name="check">What asking the origin just now came to; null: it was not asked.</param>
    public async Task<ProviderDiagnosis> DiagnoseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion? version, Platform? platform, OriginCheck? check,
        CancellationToken cancellationToken)
    {
        var facts = await InspectAsync(scope, provider, version, check, cancellationToken).ConfigureAwait(false);
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

    /// <param name="wanted">Included even where neither the origin nor the store knows it.</param>
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
                options.Upstream.IsAllowed(provider.Hostname),
                options.Upstream.ModeFor(provider.Hostname),
                scope.AutomaticCaching,
                scope.AutomaticCachingFrom,
                http.Breakers.SuspendedHosts.Contains(AuthorityOf(provider.Hostname)),
                check is not null,
                (long?)check?.Took.TotalMilliseconds,
                state.Asked.At > DateTimeOffset.UnixEpoch ? state.Asked.At : null,
                state.Document?.Fetched.At,
                state.LastFailure?.Message)
            { LastFailure = state.LastFailure },
            [.. all.Select(version => new VersionFacts(
                version,
                state.Document?.Value.Contains(version) == true,
                state.Document?.Value.Find(version)?.Platforms ?? [],
                [.. stored.GetValueOrDefault(version)?.Platforms.Select(package => package.Platform) ?? []],
                stored.GetValueOrDefault(version)?.Trust,
                hidden.GetValueOrDefault(version)) { ProofFailure = failures[version] })],
            await quarantine.FindAsync(scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Asks the origin for its versions, within the deadline of documents; what it answers is remembered as for a client.
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
