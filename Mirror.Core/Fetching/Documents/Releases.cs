using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>The proofs of versions: from the store, or fetched and verified once for all who wait.</summary>
public sealed class Releases(
    Origins origins,
    ReleaseVerification verification,
    ProofStore proofs,
    Quarantine quarantine,
    DocumentRefresh refresh,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<Releases> logger)
{
    private readonly SingleFlight<(long, ProviderAddress, ProviderVersion, CredentialIdentity), Outcome<ReleaseProof>> _flights = new(lifetime.Stopping);
    private readonly NegativeCache<(ProviderAddress, ProviderVersion, CredentialIdentity)> _failures = new(time);

    /// <summary>The proof of a version if it is known; the origin is not asked.</summary>
    public ValueTask<ReleaseProof?> FindAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, OriginCredential credential, CancellationToken cancellationToken) =>
        proofs.FindAsync(scope.RootGroupId, provider, version, credential.Identity, cancellationToken);

    /// <summary>When the versions of a provider were signed, as far as their proofs are stored; the origin is not asked.</summary>
    public async Task<IReadOnlyDictionary<ProviderVersion, DateTimeOffset?>> FindSigningTimesAsync(MirrorScope scope, ProviderAddress provider, OriginCredential credential, CancellationToken cancellationToken)
    {
        var known = await proofs.FindAllAsync(scope.RootGroupId, provider, credential.Identity, cancellationToken).ConfigureAwait(false);
        return known.ToDictionary(item => item.Key, item => item.Value.SignedAt);
    }

    /// <param name="platforms">Those the origin lists for the version; empty where it does not tell.</param>
    public async Task<Outcome<ReleaseProof>> GetAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, IReadOnlyList<Platform> platforms, OriginCredential credential, Principal by, CancellationToken waiter)
    {
        if (await FindAnswerAsync(scope, provider, version, credential, waiter).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        // Whoever else was at work when the caller looked may have ended before it came here, so that it is looked for again.
        return await _flights.RunAsync(
            (scope.RootGroupId, provider, version, credential.Identity),
            async stopping => await FindAnswerAsync(scope, provider, version, credential, stopping).ConfigureAwait(false)
                ?? await FetchAsync(scope, provider, version, platforms, credential, by, stopping).ConfigureAwait(false),
            waiter).ConfigureAwait(false);
    }

    /// <summary>The proof, or why the origin is not asked for it just now; null: it is to be asked.</summary>
    private async Task<Outcome<ReleaseProof>?> FindAnswerAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, OriginCredential credential, CancellationToken cancellationToken)
    {
        if (await FindAsync(scope, provider, version, credential, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        if (await quarantine.FindAsync(scope.RootGroupId, provider, version, null, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry.ToFailure();
        }

        if (await FindFailureAsync(scope, provider, version, credential, cancellationToken).ConfigureAwait(false) is { Kind: FailureKind.NotFound } missing)
        {
            return missing;
        }

        return null;
    }

    /// <summary>Why a proof could not be fetched a moment ago, other than by failing verification; or null.</summary>
    public async ValueTask<Failure?> FindFailureAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, OriginCredential credential, CancellationToken cancellationToken)
    {
        var key = (provider, version, credential.Identity);
        return _failures.Find(key, options.Upstream.NegativeTtl) is null
            ? null
            : _failures.Find(key, options.Upstream.NegativeTtl, await refresh.SinceAsync(scope, provider, cancellationToken).ConfigureAwait(false));
    }

    private async Task<Outcome<ReleaseProof>> FetchAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, IReadOnlyList<Platform> platforms, OriginCredential credential, Principal by, CancellationToken stopping)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, stopping);
        var fetched = origins.MirrorFor(provider.Hostname) is { } mirror
            ? await FetchChainedAsync(mirror, provider, version, credential, deadline).ConfigureAwait(false)
            : await FetchSignedAsync(scope, provider, version, platforms, credential, deadline).ConfigureAwait(false);
        if (fetched.TryGet(out var proof))
        {
            _failures.Remove((provider, version, credential.Identity));
            await WriteDownAsync($"{provider} {version}", () => proofs.SaveAsync(scope.RootGroupId, proof, stopping)).ConfigureAwait(false);
            if (proof.KeyFingerprint is { } fingerprint)
            {
                logger.ReleaseVerified($"{provider} {version}", fingerprint, proof.KeyOwner);
            }
            else
            {
                logger.ReleaseUnsigned($"{provider} {version}", proof.Trust);
            }

            return proof;
        }

        switch (fetched.Failure.Kind)
        {
            case FailureKind.VerificationFailed:
                await WriteDownAsync($"{provider} {version}", () => quarantine.AddAsync(scope.RootGroupId, provider, version, null, fetched.Failure.Message, by, stopping)).ConfigureAwait(false);
                break;
            case FailureKind.NotFound:
                _failures.Add((provider, version, credential.Identity), fetched.Failure);
                break;
            default:
                _failures.Add((provider, version, credential.Identity), fetched.Failure);
                logger.FetchFailed($"{provider} {version}", fetched.Failure.Message);
                break;
        }

        return fetched;
    }

    /// <summary>Such as a full disk is no reason to refuse an answer to those who wait for it.</summary>
    private async Task WriteDownAsync(string release, Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            logger.DocumentNotWrittenDown(release, e);
        }
    }

    private async Task<Outcome<ReleaseProof>> FetchChainedAsync(Uri mirror, ProviderAddress provider, ProviderVersion version, OriginCredential credential, Deadline deadline)
    {
        var answer = await origins.Chain.GetArchivesAsync(mirror, provider, version, credential, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var archives))
        {
            return answer.Failure;
        }

        var usable = archives.Where(archive => archive.Digest is not null || archive.ContentHash is not null).ToList();
        return usable.Count == 0 ? new Failure(FailureKind.NotFound, $"The mirror for {provider.Hostname} lists no package of {provider} {version} with a hash that can be checked.") : new ReleaseProof
        {
            Provider = provider,
            Version = version,
            Credential = credential.Identity,
            Trust = TrustLevel.Chained,
            Sums = [],
            Files = [.. usable.Select(archive => new ReleaseFile(archive.Platform, new PackageFileName(provider.Type, version, archive.Platform).ToString(), archive.Digest, archive.ContentHash))],
            VerifiedAt = time.GetUtcNow(),
        };
    }

    private async Task<Outcome<ReleaseProof>> FetchSignedAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, IReadOnlyList<Platform> platforms, OriginCredential credential, Deadline deadline)
    {
        // SHA256SUMS, signature and keys are the version's: any platform's document leads to them.
        var first = platforms.Contains(Common) || platforms.Count == 0 ? Common : platforms[0];
        var answer = await origins.Registry.GetDownloadAsync(provider, version, first, credential, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        var sums = origins.Registry.GetFileAsync(document.SumsUrl, deadline);
        var signature = document.SigningKeys.Count == 0 ? null : origins.Registry.GetFileAsync(document.SignatureUrl, deadline);
        var sumsAnswer = await sums.ConfigureAwait(false);
        Outcome<byte[]>? signatureAnswer = signature is null ? (Outcome<byte[]>?)null : await signature.ConfigureAwait(false);
        if (!sumsAnswer.TryGet(out byte[]? sumsBytes))
        {
            return Missing(provider, version, sumsAnswer.Failure, "SHA256SUMS");
        }

        byte[]? signatureBytes = null;
        if (signatureAnswer is { } found && !found.TryGet(out signatureBytes))
        {
            return Missing(provider, version, found.Failure, "signature of SHA256SUMS");
        }

        var verified = await verification.VerifyAsync(scope.RootGroupId, provider, version, first, document, sumsBytes, signatureBytes, credential.Identity, deadline.Token).ConfigureAwait(false);
        if (!verified.TryGet(out var release))
        {
            return verified.Failure;
        }

        return await AddUnconventionalAsync(release, platforms, credential, deadline).ConfigureAwait(false);
    }

    /// <summary>Asks for the names of packages that are not called as they should be.</summary>
    private async Task<Outcome<ReleaseProof>> AddUnconventionalAsync(VerifiedRelease release, IReadOnlyList<Platform> platforms, OriginCredential credential, Deadline deadline)
    {
        var proof = release.Proof;
        var unnamed = platforms.Where(platform => proof.Find(platform) is null).ToList();
        var answers = await Task.WhenAll(unnamed.Select(platform => origins.Registry.GetDownloadAsync(proof.Provider, proof.Version, platform, credential, deadline))).ConfigureAwait(false);
        var files = proof.Files.ToList();
        foreach (var (platform, answer) in unnamed.Zip(answers))
        {
            if (answer.TryGet(out var document) && release.Sums.TryFind(document.FileName, out var digest) && digest == document.Digest)
            {
                files.Add(new ReleaseFile(platform, document.FileName, digest));
            }
            else if (!answer.IsSuccess && answer.Failure.Kind != FailureKind.NotFound)
            {
                return answer.Failure;
            }
        }

        return proof with { Files = files };
    }

    private static readonly Platform Common = Platform.Parse("linux_amd64");

    /// <summary>An origin that lists a version and lacks what proves it contradicts itself: without it nothing can be verified.</summary>
    private static Failure Missing(ProviderAddress provider, ProviderVersion version, Failure failure, string what) => failure.Kind == FailureKind.NotFound
        ? new Failure(FailureKind.VerificationFailed, $"{provider} {version} cannot be verified, because the origin has no {what} of it: {failure.Message}")
        : failure;
}
