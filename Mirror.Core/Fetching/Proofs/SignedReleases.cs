using System.Runtime.CompilerServices;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>A version in the provider registry protocol.</summary>
/// <param name="Proof">Includes SHA256SUMS; the signature is only missing if the policy allows an unsigned provider.</param>
/// <param name="Keys">The origin's keys that clients can read: an unreadable one would make an installation fail.</param>
public sealed record SignedRelease(
    ReleaseProof Proof, IReadOnlyList<OfferedKey> Keys, IReadOnlyList<SignedPackage> Packages, DateTimeOffset FreshUntil)
    : IOffer;

/// <summary>A package whose bytes match, or will match, SHA256SUMS.</summary>
/// <param name="FileName">Its name in SHA256SUMS, conventional or not.</param>
/// <param name="ContentHash">Null until it is known.</param>
/// <param name="Size">In bytes; null until the package is stored.</param>
public sealed record SignedPackage(Platform Platform, string FileName, Sha256Digest Digest, PackageHash? ContentHash, long? Size);

/// <summary>
/// Provides the versions of a provider that have the publisher's own proof, so that clients can verify it themselves, and imported private
/// providers with <see cref="GeneratedProofs"/>. Excludes other unsigned imports and hashes from other mirrors.
/// </summary>
public sealed class SignedReleases(
    ProviderRequests requests,
    ProviderMirror mirror,
    ProofStore proofs,
    Quarantine quarantine,
    CatalogReader catalog,
    UpstreamRouter origins,
    GeneratedProofs generated,
    VerificationLane lane)
{
    // Entries live as long as the proof is in memory.
    private readonly ConditionalWeakTable<ReleaseProof, IReadOnlyList<OfferedKey>> _readableKeys = [];

    /// <param name="again">
    /// See <see cref="ProviderMirror.GetVersionsAsync(ResolvedNamespace, ProviderAddress, bool, CancellationToken)"/>.
    /// </param>
    public async Task<Outcome<OfferedVersions>> GetVersionsAsync(
        ResolvedNamespace scope, ProviderAddress provider, bool again, CancellationToken cancellationToken)
    {
        var answer = await mirror.GetVersionsAsync(scope, provider, again, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGet(out var offered))
        {
            return answer;
        }

        bool chained = origins.MirrorFor(provider.Hostname) is not null;
        var refused = (await quarantine.FindAsync(scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false))
            .Where(entry => entry.Platform is null).Select(entry => entry.Version).ToHashSet();
        bool NeedsProof(OriginVersion item) => chained || offered.StoredOnly.Contains(item.Version) || refused.Contains(item.Version);
        if (!offered.Versions.Any(NeedsProof))
        {
            return offered;
        }

        var known = await FindStoredAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        var versions = offered.Versions.Select(item => NeedsProof(item) ? known.GetValueOrDefault(item.Version) : item)
            .OfType<OriginVersion>()
            .ToList();
        return versions.Count > 0
            ? offered with { Versions = versions }
            : new Failure(
                FailureKind.NotFound,
                $"No version of {provider} is stored with its publisher's SHA256SUMS, which the provider registry protocol requires. Use the network mirror for the stored versions.");
    }

    /// <param name="by">The requesting principal, recorded with failures.</param>
    /// <exception cref="LaneFullException">The server is overloaded with reading keys.</exception>
    public async Task<Outcome<SignedRelease>> GetReleaseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken)
    {
        var answer = await mirror.GetReleaseAsync(scope, provider, version, by, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGet(out var offered))
        {
            return answer.Failure;
        }

        if (offered.Proof is not { HasSums: true } proof)
        {
            if (!generated.AppliesTo(provider))
            {
                return offered.ProofFailure ?? NoProof(provider, version);
            }

            var made = await generated.MakeAsync(scope.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
            if (!made.TryGet(out proof!))
            {
                return made.Failure;
            }
        }

        var packages = new List<SignedPackage>();
        foreach (var package in offered.Packages)
        {
            if (proof.Find(package.Platform) is { Digest: { } digest } file)
            {
                if (package.Digest == digest)
                {
                    packages.Add(new SignedPackage(package.Platform, file.FileName, digest, package.ContentHash, package.Size));
                }
                else if (offered.MayFetch)
                {
                    packages.Add(new SignedPackage(package.Platform, file.FileName, digest, null, null));
                }
            }
        }

        return new SignedRelease(
            proof, await FindReadableKeysAsync(proof, cancellationToken).ConfigureAwait(false), packages, offered.FreshUntil);
    }

    /// <summary>Why an available release has no package for a platform.</summary>
    public async Task<Failure> ExplainMissingAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        CancellationToken cancellationToken) =>
        await quarantine.FindFailureAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false)
            ?? new Failure(FailureKind.NotFound, $"{provider} {version} has no package for {platform} in its SHA256SUMS.");

    /// <summary>The digest of a package, if its proof is known; does not query the origin.</summary>
    public async ValueTask<Sha256Digest?> FindDigestAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        var request = await requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        return await proofs.FindAsync(request, version, cancellationToken).ConfigureAwait(false) is { } proof
            ? proof.Find(platform)?.Digest
            : generated.AppliesTo(provider)
                ? await mirror.FindDigestAsync(scope, provider, version, platform, cancellationToken).ConfigureAwait(false)
                : null;
    }

    /// <summary>Opens a package, from the store if it matches SHA256SUMS, or while it is downloaded from the origin.</summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    public async Task<Outcome<PackageDelivery>> GetPackageAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken)
    {
        var request = await requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        // A generated proof includes every stored package.
        return generated.AppliesTo(provider)
            && await proofs.FindAsync(request, version, cancellationToken).ConfigureAwait(false) is not { HasSums: true }
                ? await mirror.GetPackageAsync(scope, provider, version, platform, by, cancellationToken).ConfigureAwait(false)
                : await mirror.GetProvenPackageAsync(scope, provider, version, platform, by, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The stored versions that have a proof, with the platforms whose stored bytes match it.</summary>
    private async Task<IReadOnlyDictionary<ProviderVersion, OriginVersion>> FindStoredAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var request = await requests.BeginAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        var known = await proofs.FindAllAsync(request, only: null, cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<ProviderVersion, OriginVersion>();
        foreach (var stored in await catalog.FindVersionsAsync(scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false))
        {
            if (known.TryGetValue(stored.Version, out var proof) && proof.HasSums)
            {
                var platforms = stored.Platforms
                    .Where(package => proof.Files.Any(file => file.Platform == package.Platform && file.Digest == package.Digest))
                    .Select(package => package.Platform).ToList();
                if (platforms.Count > 0)
                {
                    found.Add(stored.Version, new OriginVersion(stored.Version, proof.Protocols, platforms));
                }
            }
            else if (stored.Platforms.Count > 0
                && await generated.MayServeAsync(scope.RootGroupId, provider, stored.Version, cancellationToken).ConfigureAwait(false))
            {
                found.Add(stored.Version, new OriginVersion(stored.Version, [], [.. stored.Platforms.Select(package => package.Platform)]));
            }
        }

        return found;
    }

    private async ValueTask<IReadOnlyList<OfferedKey>> FindReadableKeysAsync(ReleaseProof proof, CancellationToken cancellationToken)
    {
        if (!_readableKeys.TryGetValue(proof, out var keys))
        {
            keys = await lane.RunAsync(() => SigningKey.FindValid(proof.SigningKeys, key => key.AsciiArmor), cancellationToken)
                .ConfigureAwait(false);
            _readableKeys.AddOrUpdate(proof, keys);
        }

        return keys;
    }

    private static Failure NoProof(ProviderAddress provider, ProviderVersion version) => new(
        FailureKind.NotFound,
        $"{provider} {version} is stored without its publisher's SHA256SUMS, which the provider registry protocol requires: it was imported, or comes from another mirror. Use the network mirror for it.");
}
