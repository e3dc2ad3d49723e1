using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// Provides the versions and packages of providers to namespaces, from the cache or the origin, for all protocols.
/// </summary>
public sealed class ProviderMirror
{
    private readonly ProviderRequests _requests;
    private readonly CatalogReader _catalog;
    private readonly VersionLists _lists;
    private readonly VersionOffers _offers;
    private readonly Releases _releases;
    private readonly ProofStore _proofs;
    private readonly ReleaseVisibility _visibility;
    private readonly PackageFills _fills;
    private readonly PackageFillContext _context;
    private readonly OriginAccess _access;
    private readonly FetchingMetrics _metrics;
    private readonly DocumentTimeout _timeout;

    internal ProviderMirror(
        ProviderRequests requests, CatalogReader catalog, VersionLists lists, VersionOffers offers, Releases releases, ProofStore proofs,
        ReleaseVisibility visibility,
        PackageFills fills, PackageFillContext context, OriginAccess access, FetchingMetrics metrics, DocumentTimeout timeout)
    {
        (
            _requests,
            _catalog,
            _lists,
            _offers,
            _releases,
            _proofs,
            _visibility) = (requests, catalog, lists, offers, releases, proofs, visibility);
        (_fills, _context, _access, _metrics, _timeout) = (fills, context, access, metrics, timeout);
    }

    /// <summary>The number of packages being fetched.</summary>
    public int FillCount => _fills.Count;

    /// <summary>Completes when all fetches that are running now have ended and their rows are written.</summary>
    public Task WhenIdleAsync() => _fills.WhenIdleAsync();

    /// <summary>Aborts all running fetches and removes their staged files, when the server stops.</summary>
    public Task StopAsync() => _fills.StopAsync();

    /// <summary>
    /// Finds the versions of a provider after the origin answered, even if a stale list could be served meanwhile.
    /// <see cref="OfferedVersions.Failure"/> says whether it failed to.
    /// </summary>
    public Task<Outcome<OfferedVersions>> GetCurrentVersionsAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken) =>
        _timeout.WaitAsync(
            $"the versions of {provider}",
            waiter => _offers.FindAsync(scope, provider, again: false, current: true, waiter),
            cancellationToken);

    /// <param name="again">The versions have been looked up just before: proofs that were waited for then are not waited for again.</param>
    public Task<Outcome<OfferedVersions>> GetVersionsAsync(
        ResolvedNamespace scope, ProviderAddress provider, bool again, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"the versions of {provider}", waiter => _offers.FindAsync(scope, provider, again, current: false, waiter), cancellationToken);

    /// <param name="by">The requesting principal, recorded with failures.</param>
    public Task<Outcome<OfferedRelease>> GetReleaseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"{provider} {version}", waiter => FindReleaseAsync(scope, provider, version, by, waiter), cancellationToken);

    /// <summary>The digest of a package in a document of the namespace, if known; does not query the origin.</summary>
    public async ValueTask<Sha256Digest?> FindDigestAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        if (await _context.Stored.FindDigestAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            return stored;
        }

        var request = await _requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        return (await _proofs.FindAsync(request, version, cancellationToken).ConfigureAwait(false))?.Find(platform)?.Digest;
    }

    /// <summary>The versions that clients do not get, with the reasons; does not query the origin.</summary>
    /// <param name="list">The origin's list, if known.</param>
    internal async Task<IReadOnlyDictionary<ProviderVersion, PolicyBlock>> FindHiddenAsync(
        ProviderRequest request, IEnumerable<ProviderVersion> versions, OriginVersionList? list, CancellationToken cancellationToken)
    {
        var decide = await _visibility.PrepareAsync(request, list, only: null, cancellationToken).ConfigureAwait(false);
        return versions.Select(version => (Version: version, Block: decide(version)))
            .Where(item => item.Block is not null)
            .ToDictionary(item => item.Version, item => item.Block!);
    }

    /// <summary>Opens a package, from the store or while it is downloaded from the origin.</summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    public Task<Outcome<PackageDelivery>> GetPackageAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.Any, by, cancellationToken);

    /// <summary>
    /// Opens a package that matches the version's proof: an imported package with other bytes is replaced with the origin's.
    /// </summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    public Task<Outcome<PackageDelivery>> GetProvenPackageAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.Proven, by, cancellationToken);

    /// <summary>Fetches a package from the origin even if it is stored, and replaces the stored one.</summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    public Task<Outcome<PackageDelivery>> RefetchPackageAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.None, by, cancellationToken);

    private async Task<Outcome<PackageDelivery>> GetPackageAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        StoredUse use,
        Principal by,
        CancellationToken cancellationToken)
    {
        long fillsEnded = _fills.Ended;
        var request = await _requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        var proof = await _proofs.FindAsync(request, version, cancellationToken).ConfigureAwait(false);
        if (await _visibility.FindFailureAsync(request, version, proof, cancellationToken).ConfigureAwait(false) is { } hidden)
        {
            return hidden;
        }

        if (use != StoredUse.None
        && await _context.Stored.OpenAsync(
            scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            if (use == StoredUse.Any || stored.Digest == proof?.Find(platform)?.Digest)
            {
                _metrics.CountPackage(CacheUse.Hit);
                return stored;
            }

            stored.Dispose();
        }

        if (use != StoredUse.None
        && await _context.Quarantine.FindFailureAsync(
            scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (proof is null)
        {
            var found = await FetchProofAsync(request, version, by, cancellationToken).ConfigureAwait(false);
            if (!found.TryGet(out proof))
            {
                return found.Failure;
            }
        }
        else if (!_access.MayAsk(scope, provider))
        {
            return new Failure(
                FailureKind.NotFound,
                $"The package of {provider} {version} for {platform} is not cached, and the origin is not allowed to be queried.");
        }

        if (proof.Find(platform) is not { } file)
        {
            return new Failure(FailureKind.NotFound, $"{provider} {version} has no package for {platform}.");
        }

        var package = new PackageRequest(
            scope.RootGroupId,
            provider,
            version,
            file,
            proof.Trust,
            request.Credential,
            by)
        { ForceRefresh = use == StoredUse.None, FillsEnded = fillsEnded };
        if (!package.ForceRefresh && await package.AdoptAsync(_context, cancellationToken).ConfigureAwait(false) is { } adopted)
        {
            _metrics.CountPackage(CacheUse.Hit);
            return adopted;
        }

        _metrics.CountPackage(CacheUse.Miss);
        return await _fills.JoinAsync(package, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches the proof of a version after a lookup in the same request found none.</summary>
    private async Task<Outcome<ReleaseProof>> FetchProofAsync(
        ProviderRequest request, ProviderVersion version, Principal by, CancellationToken cancellationToken)
    {
        var known = await _lists.GetAsync(request.Versions, stored: false, version, cancellationToken).ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        return versions.Document?.Value.Find(version) is { } offered
            ? await FetchProofAsync(request, offered, by, cancellationToken).ConfigureAwait(false)
            : VersionLists.WhyMissing(versions, request.Provider, version);
    }

    private async Task<Outcome<ReleaseProof>> FetchProofAsync(
        ProviderRequest request, OriginVersion offered, Principal by, CancellationToken cancellationToken)
    {
        var found = await _releases.GetAsync(
            new ReleaseQuestion(request, offered.Version, offered.Platforms, by) { IsUnproven = true },
            cancellationToken).ConfigureAwait(false);
        return found.TryGet(out var proof)
            && await _visibility.FindFailureAsync(request, offered.Version, proof, cancellationToken)
                .ConfigureAwait(false) is { } hidden
            ? hidden
            : found;
    }

    private async Task<Outcome<OfferedRelease>> FindReleaseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken waiter)
    {
        var request = await _requests.BeginAsync(scope, provider, waiter).ConfigureAwait(false);
        var stored = (await _catalog.FindVersionAsync(scope.RootGroupId, provider, version, waiter).ConfigureAwait(false))?.Platforms ?? [];
        var proof = await _proofs.FindAsync(request, version, waiter).ConfigureAwait(false);
        if (proof is null
            && stored.Count == 0
        && await _context.Quarantine.FindFailureAsync(
            scope.RootGroupId, provider, version, null, waiter).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (await _visibility.FindFailureAsync(request, version, proof, waiter).ConfigureAwait(false) is { } hidden)
        {
            return hidden;
        }

        var known = await _lists.GetAsync(request.Versions, stored.Count > 0, version, waiter).ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        var storedOnly = new OfferedRelease(
            provider, version, proof, [.. stored.Select(package => Offer(provider, version, package))], versions.FreshUntil);
        if (versions.Document?.Value.Find(version) is not { } origin)
        {
            return stored.Count > 0 ? storedOnly : VersionLists.WhyMissing(versions, provider, version);
        }

        if (proof is null)
        {
            var found = await FetchProofAsync(request, origin, by, waiter).ConfigureAwait(false);
            if (!found.TryGet(out proof))
            {
                if (found.Failure.Kind is FailureKind.PolicyHides or FailureKind.KeyRevoked)
                {
                    return found.Failure;
                }

                var mode = _context.Options.Upstream.ModeFor(provider.Hostname);
                bool keep = FreshnessPolicy.AfterFailure(
                    mode, found.Failure.Kind == FailureKind.NotFound, hasStale: false, stored.Count > 0) == FailureDecision.ServeStored;
                return keep
                    ? storedOnly with { FreshUntil = _context.Time.GetUtcNow(), ProofFailure = found.Failure }
                    : found.Failure with { IsListed = true };
            }
        }

        var quarantined = (await _context.Quarantine.FindAsync(scope.RootGroupId, provider, waiter).ConfigureAwait(false))
            .Where(item => item.Version == version && item.Platform is not null)
            .ToList();
        var freshUntil = quarantined.Select(item => item.Until).Append(versions.FreshUntil).Min();
        var listed = proof.Files
            .Where(file => origin.Platforms.Count == 0 || origin.Platforms.Contains(file.Platform))
            .Where(file => !stored.Any(package => package.Platform == file.Platform)
                && !quarantined.Any(item => item.Platform == file.Platform))
            .Select(file =>
                new OfferedPackage(
                    file.Platform, new PackageFileName(provider.Type, version, file.Platform), file.Digest, file.ContentHash, null));
        List<OfferedPackage> packages = [.. storedOnly.Packages.Concat(listed).OrderBy(package => package.Platform)];
        if (packages.Count == 0)
        {
            // An empty list of archives would send clients to their next source for a version that this one lists.
            return quarantined.Count > 0
                ? quarantined[0].ToFailure()
                : new Failure(
                    FailureKind.NotFound,
                    $"{provider} {version} has no package: its SHA256SUMS lists none for the origin's platforms. If the version was published again, delete it.")
                { IsListed = true };
        }

        return new OfferedRelease(provider, version, proof, packages, freshUntil) { MayFetch = true };
    }

    // Stored packages are offered with their own hashes, even if an imported package differs from the origin's: the delivered package
    // must match the document.
    private static OfferedPackage Offer(ProviderAddress provider, ProviderVersion version, PackageDetails package) =>
        new(
            package.Platform,
            new PackageFileName(provider.Type, version, package.Platform),
            package.Digest,
            package.ContentHash,
            package.Size);

    /// <summary>Which stored packages may be used for a request.</summary>
    private enum StoredUse
    {
        Any,

        /// <summary>Packages that match the version's proof.</summary>
        Proven,
        None,
    }
}
