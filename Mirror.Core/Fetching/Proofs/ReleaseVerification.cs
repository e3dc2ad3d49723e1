using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>A proof and its parsed checksums.</summary>
public sealed record VerifiedRelease(ReleaseProof Proof, Sha256Sums Sums);

/// <summary>The unverified proof of a version.</summary>
/// <param name="Sums">SHA256SUMS, byte for byte.</param>
/// <param name="Signature">Null if there is none.</param>
/// <param name="FileNames">Package names in SHA256SUMS that are, or may be, unconventional.</param>
public sealed record ReleaseOffer(
    ProviderAddress Provider,
    ProviderVersion Version,
    byte[] Sums,
    byte[]? Signature,
    IReadOnlyList<OfferedKey> SigningKeys,
    IReadOnlyList<string> Protocols,
    IReadOnlyList<(Platform Platform, string FileName)> FileNames);

/// <summary>Verifies an origin's proof of a version, or reports which check failed.</summary>
public sealed class ReleaseVerification(
    OpenPgpVerifier verifier,
    VerificationLane lane,
    ProofStore proofs,
    Policies policies,
    MirrorOptions options,
    TimeProvider time,
    ILogger<ReleaseVerification> logger)
{
    private readonly TrustPolicy _trust = options.ToTrustPolicy();

    /// <param name="platform">The platform of the download document.</param>
    /// <param name="signature">Null if the origin offers no signing keys.</param>
    public async Task<Outcome<VerifiedRelease>> VerifyAsync(
        ProviderRequest request,
        ProviderVersion version,
        Platform platform,
        DownloadDocument document,
        byte[] sumsBytes,
        byte[]? signature,
        CancellationToken cancellationToken)
    {
        var provider = request.Provider;
        string release = $"{provider} {version}";
        if (!Sha256Sums.TryParse(sumsBytes, out var sums, out string? refusal))
        {
            return Refuse(release, $"{refusal}");
        }

        if (!sums.TryFind(document.FileName, out var digest))
        {
            return Refuse(release, $"SHA256SUMS does not list the package {document.FileName}");
        }

        if (digest != document.Digest)
        {
            return Refuse(
                release, $"the registry lists {document.FileName} with the SHA-256 {document.Digest}, but SHA256SUMS has {digest}");
        }

        var offer = new ReleaseOffer(
            provider, version, sumsBytes, signature, document.SigningKeys, document.Protocols, [(platform, document.FileName)]);
        var decided = await DecideAsync(
            request.RootGroupId,
            request.Policy,
            offer,
            sums,
            TrustLevel.Verified,
            request.Credential.Identity,
            cancellationToken).ConfigureAwait(false);
        return decided.TryGet(out var proof) ? new VerifiedRelease(proof, sums) : decided.Failure;
    }

    /// <summary>
    /// Verifies a proof supplied by a user. The key is part of it, so pins apply; a key that is not pinned counts as new.
    /// </summary>
    public async Task<Outcome<ReleaseProof>> VerifyBundledAsync(
        long rootGroupId, ReleaseOffer offer, CancellationToken cancellationToken) =>
        Sha256Sums.TryParse(offer.Sums, out var sums, out string? refusal)
            ? await DecideAsync(
                rootGroupId,
                await policies.FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false),
                offer,
                sums,
                TrustLevel.Bundled,
                CredentialIdentity.None,
                cancellationToken).ConfigureAwait(false)
            : Refuse($"{offer.Provider} {offer.Version}", refusal);

    private async Task<Outcome<ReleaseProof>> DecideAsync(
        long rootGroupId,
        RootGroupPolicy policy,
        ReleaseOffer offer,
        Sha256Sums sums,
        TrustLevel whenSigned,
        CredentialIdentity credential,
        CancellationToken cancellationToken)
    {
        var (provider, version) = (offer.Provider, offer.Version);
        SignatureResult result;
        try
        {
            result = offer.Signature is null
                ? new SignatureResult.Invalid(SignatureFault.NoKeys, "The registry offers no signing keys.")
                : await lane.RunAsync(
                    () => verifier.Verify(offer.Sums, offer.Signature, [.. offer.SigningKeys.Select(key => key.AsciiArmor)]),
                    cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LaneFullException or OperationCanceledException)
        {
            return new Failure(
                FailureKind.Busy,
                $"{provider} {version} could not be verified in time: the server is overloaded with signature checks. Try again later.");
        }

        var seen = await proofs.FindSeenKeysAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false);
        var decision = _trust.Decide(
            provider, result, seen, PolicyDecision.AllowsUnsigned(policy, provider, version), policy.Pins);
        if (decision is not TrustDecision.Accept accepted)
        {
            return Refuse($"{provider} {version}", ((TrustDecision.Refuse)decision).Reason.TrimEnd('.'));
        }

        var valid = result as SignatureResult.Valid;
        if (accepted.IsNewKey && seen.Count > 0)
        {
            logger.NewKey(provider.ToString(), valid?.Key.Fingerprint, valid?.Key.UserId);
        }

        return new ReleaseProof
        {
            Provider = provider,
            Version = version,
            Credential = credential,
            Trust = accepted.IsUnsigned ? TrustLevel.Unsigned : whenSigned,
            Sums = offer.Sums,
            Signature = offer.Signature,
            SigningKeys = offer.SigningKeys,
            Protocols = offer.Protocols,
            Files = FindFiles(offer, sums),
            KeyFingerprint = valid?.Key.Fingerprint,
            KeyOwner = valid?.Key.UserId,
            KeyExpired = valid?.IsExpired ?? false,
            KeyPinned = accepted.IsPinned,
            KeyAlgorithm = valid?.Key.Algorithm,
            KeyExpires = valid?.Key.Expires,
            SignedAt = valid?.Created,
            VerifiedAt = time.GetUtcNow(),
        };
    }

    private static List<ReleaseFile> FindFiles(ReleaseOffer offer, Sha256Sums sums)
    {
        var files = new SortedDictionary<Platform, ReleaseFile>();
        foreach (var (name, digest) in sums.Digests)
        {
            if (PackageFileName.TryParse(name, out var parsed) && parsed.Type == offer.Provider.Type && parsed.Version == offer.Version)
            {
                files[parsed.Platform] = new ReleaseFile(parsed.Platform, name, digest);
            }
        }

        foreach (var (platform, name) in offer.FileNames)
        {
            if (sums.TryFind(name, out var own))
            {
                files[platform] = new ReleaseFile(platform, name, own);
            }
        }

        return [.. files.Values];
    }

    private static Failure Refuse(string release, string reason) =>
        new(FailureKind.VerificationFailed, $"{release} failed verification: {reason}.");
}
