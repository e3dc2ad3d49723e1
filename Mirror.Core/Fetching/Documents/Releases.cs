using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A query for the proof of a version.</summary>
/// <param name="Platforms">The platforms that the origin lists for the version; empty if it lists none.</param>
/// <param name="By">The requesting principal, recorded with a failed verification.</param>
public sealed record ReleaseQuestion(ProviderRequest Request, ProviderVersion Version, IReadOnlyList<Platform> Platforms, Principal By)
    : OriginQuestion(Request.Scope, Request.Provider, Request.Credential)
{
    public ProviderAddress Provider => Request.Provider;

    /// <summary>The proof has been looked up since the request began, and not found.</summary>
    public bool IsUnproven { get; init; }

    internal override object Key => (Scope.RootGroupId, Provider, Version, Credential.Identity);

    /// <summary>The origin's response is the same for all root groups.</summary>
    internal override object FailureKey => (Provider, Version, Credential.Identity);

    public override string ToString() => $"{Provider} {Version}";
}

/// <summary>Gets the proofs of versions: from the store, or fetched and verified once for all waiting callers.</summary>
public sealed class Releases(
    UpstreamRouter origins,
    ReleaseVerification verification,
    ProofStore proofs,
    Quarantine quarantine,
    DocumentRefresh refresh,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<Releases> logger) : OriginDocumentCache<ReleaseQuestion, ReleaseProof>(refresh, options, time, lifetime, logger)
{
    /// <summary>The caller decides whether the origin may be queried.</summary>
    public async Task<Outcome<ReleaseProof>> GetAsync(ReleaseQuestion question, CancellationToken waiter)
    {
        var answer = await AnswerAsync(question, mayAsk: true, stored: false, suffices: null, waiter).ConfigureAwait(false);
        return answer.TryGet(out var found) ? found.Document!.Value : answer.Failure;
    }

    protected override async ValueTask<CachedDocument<ReleaseProof>?> LoadAsync(
        ReleaseQuestion question, CancellationToken cancellationToken)
    {
        var request = question.Request;
        return question.IsUnproven && !proofs.HasChanged(request.RootGroupId, request.Provider, request.Began)
            ? null
            : await proofs.FindAsync(request, question.Version, cancellationToken).ConfigureAwait(false) is { } proof ? Keep(proof) : null;
    }

    protected override ValueTask<Failure?> FindRefusalAsync(ReleaseQuestion question, CancellationToken cancellationToken) =>
        quarantine.FindFailureAsync(question.Scope.RootGroupId, question.Provider, question.Version, null, cancellationToken);

    protected override async Task<Outcome<CachedDocument<ReleaseProof>>> FetchAsync(
        ReleaseQuestion question, OriginDocumentState<ReleaseProof> before, Deadline deadline)
    {
        var fetched = origins.MirrorFor(question.Provider.Hostname) is { } mirror
            ? await FetchChainedAsync(mirror, question, deadline).ConfigureAwait(false)
            : await FetchSignedAsync(question, deadline).ConfigureAwait(false);
        return fetched.TryGet(out var proof) ? Keep(proof) : fetched.Failure;
    }

    protected override Task SaveAsync(
        ReleaseQuestion question,
        CachedDocument<ReleaseProof> document,
        OriginDocumentState<ReleaseProof> before,
        CancellationToken cancellationToken)
    {
        var proof = document.Value;
        if (proof.KeyFingerprint is { } fingerprint)
        {
            Logger.ReleaseVerified(question.ToString(), fingerprint, proof.KeyOwner);
        }
        else
        {
            Logger.ReleaseUnsigned(question.ToString(), proof.Trust);
        }

        return proofs.SaveAsync(question.Scope.RootGroupId, proof, cancellationToken);
    }

    protected override async Task RecordFailureAsync(
        ReleaseQuestion question, Failure failure, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (failure.Kind == FailureKind.VerificationFailed)
        {
            await WriteAsync(
                question,
                () => quarantine.AddAsync(question.Scope.RootGroupId, question.Provider, question.Version, null, failure.Message, question.By, cancellationToken)).ConfigureAwait(false);
            return;
        }

        await base.RecordFailureAsync(question, failure, since, cancellationToken).ConfigureAwait(false);
        if (failure.Kind != FailureKind.NotFound)
        {
            Logger.FetchFailed(question.ToString(), failure.Message);
        }
    }

    protected override Failure DescribeMissing(ReleaseQuestion question, Failure? failure, UpstreamMode mode, bool mayAsk) =>
        failure ?? new Failure(FailureKind.NotFound, $"The proof of {question} is not cached, and its origin is not allowed to be queried.");

    private CachedDocument<ReleaseProof> Keep(ReleaseProof proof) =>
        new(proof, null, Moment.Stored(proof.VerifiedAt, Time)) { IsPermanent = true };

    private async Task<Outcome<ReleaseProof>> FetchChainedAsync(Uri mirror, ReleaseQuestion question, Deadline deadline)
    {
        var (provider, version, credential) = (question.Provider, question.Version, question.Credential);
        var answer = await origins.Chain.GetArchivesAsync(mirror, provider, version, credential, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var archives))
        {
            return answer.Failure;
        }

        var usable = archives.Where(archive => archive.Digest is not null || archive.ContentHash is not null).ToList();
        return usable.Count == 0
            ? new Failure(
                FailureKind.NotFound,
                $"The mirror for {provider.Hostname} lists no package of {provider} {version} with a usable hash.")
            : new ReleaseProof
            {
                Provider = provider,
                Version = version,
                Credential = credential.Identity,
                Trust = TrustLevel.Chained,
                Sums = [],
                Files = [.. usable.Select(archive =>
                new ReleaseFile(
                    archive.Platform,
                    new PackageFileName(provider.Type, version, archive.Platform).ToString(),
                    archive.Digest,
                    archive.ContentHash))],
                VerifiedAt = Time.GetUtcNow(),
            };
    }

    private async Task<Outcome<ReleaseProof>> FetchSignedAsync(ReleaseQuestion question, Deadline deadline)
    {
        var (provider, version, platforms, credential) = (question.Provider, question.Version, question.Platforms, question.Credential);
        // SHA256SUMS, signature and keys belong to the version: the document of any platform links to them.
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

        var verified = await verification.VerifyAsync(question.Request, version, first, document, sumsBytes, signatureBytes, deadline.Token)
            .ConfigureAwait(false);
        if (!verified.TryGet(out var release))
        {
            return verified.Failure;
        }

        return await AddUnconventionalAsync(release, platforms, credential, deadline).ConfigureAwait(false);
    }

    /// <summary>Queries the file names of packages with unconventional names.</summary>
    private async Task<Outcome<ReleaseProof>> AddUnconventionalAsync(
        VerifiedRelease release, IReadOnlyList<Platform> platforms, OriginCredential credential, Deadline deadline)
    {
        var proof = release.Proof;
        var unnamed = platforms.Where(platform => proof.Find(platform) is null).ToList();
        var answers = await Task.WhenAll(unnamed.Select(platform =>
            origins.Registry.GetDownloadAsync(proof.Provider, proof.Version, platform, credential, deadline))).ConfigureAwait(false);
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

    /// <summary>The origin is inconsistent if it lists a version without its checksums or signature, which verification requires.</summary>
    private static Failure Missing(ProviderAddress provider, ProviderVersion version, Failure failure, string what) =>
        failure.Kind == FailureKind.NotFound
        ? new Failure(
            FailureKind.VerificationFailed,
            $"{provider} {version} cannot be verified, because the origin has no {what} for it: {failure.Message}")
        : failure;
}
