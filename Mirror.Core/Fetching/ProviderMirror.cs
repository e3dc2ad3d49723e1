using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// What a namespace can have of a provider, from the cache or the origin: the one source of every protocol's answers.
/// </summary>
public sealed class ProviderMirror
{
    private readonly CatalogReader _catalog;
    private readonly CatalogWriter _writer;
    private readonly StoredBlobs _blobs;
    private readonly VersionLists _lists;
    private readonly Releases _releases;
    private readonly VersionOffers _offers;
    private readonly ReleaseVisibility _visibility;
    private readonly PackageFills _fills;
    private readonly StoredPackages _stored;
    private readonly Quarantine _quarantine;
    private readonly OriginAccess _access;
    private readonly IOriginCredentials _credentials;
    private readonly ContentHashes _contentHashes;
    private readonly FetchingMetrics _metrics;
    private readonly MirrorOptions _options;
    private readonly TimeProvider _time;
    private readonly DocumentTimeout _timeout;

    internal ProviderMirror(
        CatalogReader catalog, CatalogWriter writer, StoredBlobs blobs, VersionLists lists, VersionOffers offers, Releases releases, ReleaseVisibility visibility, PackageFills fills, StoredPackages stored,
        Quarantine quarantine, OriginAccess access, IOriginCredentials credentials, ContentHashes contentHashes, FetchingMetrics metrics, MirrorOptions options, TimeProvider time, DatabaseHealth database)
    {
        (_catalog, _writer, _blobs, _lists, _offers, _releases, _visibility, _fills, _stored) = (catalog, writer, blobs, lists, offers, releases, visibility, fills, stored);
        (_quarantine, _access, _credentials, _contentHashes, _metrics, _options, _time) = (quarantine, access, credentials, contentHashes, metrics, options, time);
        _timeout = new DocumentTimeout(options, time, database);
    }

    /// <summary>How many packages are being fetched.</summary>
    public int FillCount => _fills.Count;

    /// <summary>Completes when the fetches that are under way now have ended, their rows written.</summary>
    public Task WhenIdleAsync() => _fills.WhenIdleAsync();

    /// <summary>Ends the fetches under way, for a server that stops: what they staged is removed.</summary>
    public Task StopAsync() => _fills.StopAsync();

    public Task<Outcome<OfferedVersions>> GetVersionsAsync(MirrorScope scope, ProviderAddress provider, CancellationToken cancellationToken) =>
        GetVersionsAsync(scope, provider, again: false, cancellationToken);

    /// <param name="again">They were looked for a moment ago: proofs that were waited for then are not waited for once more.</param>
    public Task<Outcome<OfferedVersions>> GetVersionsAsync(MirrorScope scope, ProviderAddress provider, bool again, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"the versions of {provider}", waiter => _offers.FindAsync(scope, provider, again, waiter), cancellationToken);

    /// <param name="by">Whose request it is; what failed is recorded with it.</param>
    public Task<Outcome<OfferedRelease>> GetReleaseAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"{provider} {version}", waiter => FindReleaseAsync(scope, provider, version, by, waiter), cancellationToken);

    /// <summary>Which bytes a document of the namespace names for a package, as far as that is known here; no origin is asked.</summary>
    public async ValueTask<Sha256Digest?> FindDigestAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        if (await _stored.FindDigestAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            return stored;
        }

        var credential = await _credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        var proof = await _releases.FindAsync(scope, provider, version, credential, cancellationToken).ConfigureAwait(false);
        return proof?.Find(platform)?.Digest;
    }

    /// <summary>Which of the versions policy hides, and why; no origin is asked.</summary>
    /// <param name="list">The origin's, as far as it is known.</param>
    public Task<IReadOnlyDictionary<ProviderVersion, string>> FindHiddenAsync(MirrorScope scope, ProviderAddress provider, IEnumerable<ProviderVersion> versions, CachedVersionList? list, CancellationToken cancellationToken) =>
        _visibility.FindHiddenAsync(scope, provider, versions, list, cancellationToken);

    /// <summary>Opens a package: from the store, or as it comes from the origin.</summary>
    /// <param name="by">Whose request it is; what is cached is recorded as cached by it.</param>
    public Task<Outcome<PackageDelivery>> GetPackageAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, Principal by, CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.Any, by, cancellationToken);

    /// <summary>Opens a package that is what the version's proof says: an imported one with other bytes is replaced by the origin's.</summary>
    /// <param name="by">Whose request it is; what is cached is recorded as cached by it.</param>
    public Task<Outcome<PackageDelivery>> GetProvenPackageAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, Principal by, CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.Proven, by, cancellationToken);

    /// <summary>Fetches a package from the origin, also where it is stored, and puts it in the place of what is.</summary>
    /// <param name="by">Whose request it is; what is cached is recorded as cached by it.</param>
    public Task<Outcome<PackageDelivery>> RefetchPackageAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, Principal by, CancellationToken cancellationToken) =>
        GetPackageAsync(scope, provider, version, platform, StoredUse.None, by, cancellationToken);

    private async Task<Outcome<PackageDelivery>> GetPackageAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, StoredUse use, Principal by, CancellationToken cancellationToken)
    {
        var credential = await _credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        var proof = await _releases.FindAsync(scope, provider, version, credential, cancellationToken).ConfigureAwait(false);
        if (await _visibility.FindFailureAsync(scope, provider, version, proof?.SignedAt, cancellationToken).ConfigureAwait(false) is { } hidden)
        {
            return hidden;
        }

        if (use != StoredUse.None && await _stored.OpenAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            if (use == StoredUse.Any || stored.Digest == proof?.Find(platform)?.Digest)
            {
                _metrics.CountPackage(CacheUse.Hit);
                return stored;
            }

            stored.Dispose();
        }

        if (use != StoredUse.None && await _quarantine.FindAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry.ToFailure();
        }

        if (proof is null)
        {
            var found = await FetchProofAsync(scope, provider, version, credential, by, cancellationToken).ConfigureAwait(false);
            if (!found.TryGet(out proof))
            {
                return found.Failure;
            }
        }
        else if (!_access.MayAsk(scope, provider))
        {
            return new Failure(FailureKind.NotFound, $"The package of {provider} {version} for {platform} is not cached, and the origin may not be asked.");
        }

        if (proof.Find(platform) is not { } file)
        {
            return new Failure(FailureKind.NotFound, $"{provider} {version} has no package for {platform}.");
        }

        var request = new PackageRequest(scope.RootGroupId, provider, version, file, proof.Trust, credential, by) { ForceRefresh = use == StoredUse.None };
        if (!request.ForceRefresh && await AdoptAsync(request, cancellationToken).ConfigureAwait(false) is { } adopted)
        {
            _metrics.CountPackage(CacheUse.Hit);
            return adopted;
        }

        _metrics.CountPackage(CacheUse.Miss);
        return await _fills.JoinAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes bytes that the store holds already, for another root group or as orphans, once this group's proof names them.</summary>
    private async Task<PackageDelivery?> AdoptAsync(PackageRequest request, CancellationToken cancellationToken)
    {
        if (request.File.Digest is not { } digest)
        {
            return null;
        }

        try
        {
            using var content = await _blobs.OpenSoundAsync(digest, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return null;
            }

            await _writer.AddPackageAsync(request.ToNewPackage(digest, content.Length), null, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It was removed just now, or cannot be read: it is fetched.
            return null;
        }

        _contentHashes.Enqueue(digest);
        var package = await _stored.OpenAsync(request.RootGroupId, request.Provider, request.Version, request.Platform, cancellationToken).ConfigureAwait(false);
        if (package is not null)
        {
            package.IsNew = true;
        }

        return package;
    }

    private async Task<Outcome<ReleaseProof>> FetchProofAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, OriginCredential credential, Principal by, CancellationToken cancellationToken)
    {
        var known = await _lists.GetAsync(scope, provider, stored: false, version, cancellationToken).ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        if (versions.List?.Versions.Find(version) is not { } offered)
        {
            return versions.WhyMissing(provider, version);
        }

        var found = await _releases.GetAsync(scope, provider, version, offered.Platforms, credential, by, cancellationToken).ConfigureAwait(false);
        return found.TryGet(out var proof) && await _visibility.FindFailureAsync(scope, provider, version, proof.SignedAt, cancellationToken).ConfigureAwait(false) is { } hidden
            ? hidden
            : found;
    }

    private async Task<Outcome<OfferedRelease>> FindReleaseAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken waiter)
    {
        var details = await _catalog.FindVersionAsync(scope.RootGroupId, provider, version, waiter).ConfigureAwait(false);
        var stored = details?.Packages ?? [];
        var credential = await _credentials.FindAsync(scope, provider.Hostname, waiter).ConfigureAwait(false);
        var proof = await _releases.FindAsync(scope, provider, version, credential, waiter).ConfigureAwait(false);
        if (proof is null && stored.Count == 0 && await _quarantine.FindAsync(scope.RootGroupId, provider, version, null, waiter).ConfigureAwait(false) is { } entry)
        {
            return entry.ToFailure();
        }

        if (await _visibility.FindFailureAsync(scope, provider, version, proof?.SignedAt, waiter).ConfigureAwait(false) is { } hidden)
        {
            return hidden;
        }

        var known = await _lists.GetAsync(scope, provider, stored.Count > 0, version, waiter).ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        var storedOnly = new OfferedRelease(provider, version, proof, [.. stored.Select(package => Offer(provider, version, package))], versions.FreshUntil);
        if (versions.List?.Versions.Find(version) is not { } origin)
        {
            return stored.Count > 0 ? storedOnly : versions.WhyMissing(provider, version);
        }

        if (proof is null)
        {
            var found = await _releases.GetAsync(scope, provider, version, origin.Platforms, credential, by, waiter).ConfigureAwait(false);
            if (!found.TryGet(out proof))
            {
                var mode = _options.Upstream.ModeFor(provider.Hostname);
                bool keep = FreshnessPolicy.AfterFailure(mode, found.Failure.Kind == FailureKind.NotFound, hasStale: false, stored.Count > 0) == FailureDecision.ServeStored;
                return keep ? storedOnly with { FreshUntil = _time.GetUtcNow(), ProofFailure = found.Failure } : found.Failure with { IsListed = true };
            }

            if (await _visibility.FindFailureAsync(scope, provider, version, proof.SignedAt, waiter).ConfigureAwait(false) is { } young)
            {
                return young;
            }
        }

        var quarantined = (await _quarantine.FindAsync(scope.RootGroupId, provider, waiter).ConfigureAwait(false)).Where(item => item.Version == version && item.Platform is not null).ToList();
        var freshUntil = quarantined.Select(item => item.Until).Append(versions.FreshUntil).Min();
        var listed = proof.Files
            .Where(file => origin.Platforms.Count == 0 || origin.Platforms.Contains(file.Platform))
            .Where(file => !stored.Any(package => package.Platform == file.Platform) && !quarantined.Any(item => item.Platform == file.Platform))
            .Select(file => new OfferedPackage(file.Platform, new PackageFileName(provider.Type, version, file.Platform), file.Digest, file.ContentHash, null));
        List<OfferedPackage> packages = [.. storedOnly.Packages.Concat(listed).OrderBy(package => package.Platform)];
        if (packages.Count == 0)
        {
            // A list of no archives would send clients to their next source for a version that this one lists.
            return quarantined.Count > 0
                ? quarantined[0].ToFailure()
                : new Failure(FailureKind.NotFound, $"{provider} {version} has no package: its SHA256SUMS names none for a platform that the origin lists; delete the version if it was published again.") { IsListed = true };
        }

        return new OfferedRelease(provider, version, proof, packages, freshUntil) { MayFetch = true };
    }

    // What is stored is offered with its own hashes, also where it was imported and the origin's package has others: what a
    // document promises is what the package then is.
    private static OfferedPackage Offer(ProviderAddress provider, ProviderVersion version, PackageDetails package) =>
        new(package.Platform, new PackageFileName(provider.Type, version, package.Platform), package.Digest, package.ContentHash, package.Size);

    /// <summary>Which stored packages may answer a request.</summary>
    private enum StoredUse
    {
        Any,

        /// <summary>Those that are what the version's proof says.</summary>
        Proven,
        None,
    }
}
