using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Fetching;

/// <summary>A proof, with the sums it was made from.</summary>
public sealed record VerifiedRelease(ReleaseProof Proof, Sha256Sums Sums);

/// <summary>Makes a proof of what an origin sent for a version, or says which check failed.</summary>
public sealed class ReleaseVerification(OpenPgpVerifier verifier, ProofStore proofs, Policies policies, MirrorOptions options, TimeProvider time, ILogger<ReleaseVerification> logger)
{
    private readonly TrustPolicy _trust = new(options.Trust.Select(rule => new TrustRule(
        rule.Provider, rule.Fingerprints, rule.NewKeys == NewKeys.Refuse ? NewKeyPolicy.Refuse : NewKeyPolicy.Accept)));

    /// <param name="platform">Whose download document it is.</param>
    /// <param name="signature">Null where the origin offers no signing keys.</param>
    public async Task<Outcome<VerifiedRelease>> VerifyAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, DownloadDocument document,
        byte[] sumsBytes, byte[]? signature, CredentialIdentity credential, CancellationToken cancellationToken)
    {
        string release = $"{provider} {version}";
        if (!Sha256Sums.TryParse(sumsBytes, out var sums, out string? refusal))
        {
            return Refuse(release, $"{refusal}");
        }

        if (!sums.TryFind(document.FileName, out var digest))
        {
            return Refuse(release, $"SHA256SUMS do not name the package {document.FileName}");
        }

        if (digest != document.Digest)
        {
            return Refuse(release, $"the registry announces {document.FileName} with the SHA-256 {document.Digest}, but SHA256SUMS say {digest}");
        }

        var result = signature is null
            ? new SignatureResult.Invalid(SignatureFault.NoKeys, "The registry offers no signing keys.")
            : await Task.Run(() => verifier.Verify(sumsBytes, signature, [.. document.SigningKeys.Select(key => key.AsciiArmor)]), cancellationToken).ConfigureAwait(false);
        var policy = await policies.FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false);
        var seen = await proofs.FindSeenKeysAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false);
        var decision = _trust.Decide(provider, result, seen, PolicyDecision.AllowsUnsigned(policy, provider, version));
        if (decision is not TrustDecision.Accept accepted)
        {
            return Refuse(release, ((TrustDecision.Refuse)decision).Reason.TrimEnd('.'));
        }

        var valid = result as SignatureResult.Valid;
        if (accepted.IsNewKey && seen.Count > 0)
        {
            logger.NewKey(provider.ToString(), valid?.Key.Fingerprint, valid?.Key.UserId);
        }

        return new VerifiedRelease(
            new ReleaseProof
            {
                Provider = provider,
                Version = version,
                Credential = credential,
                Trust = accepted.IsUnsigned ? TrustLevel.Unsigned : TrustLevel.Verified,
                Sums = sumsBytes,
                Signature = signature,
                SigningKeys = document.SigningKeys,
                Protocols = document.Protocols,
                Files = FindFiles(provider, version, platform, document.FileName, sums),
                KeyFingerprint = valid?.Key.Fingerprint,
                KeyOwner = valid?.Key.UserId,
                KeyExpired = valid?.IsExpired ?? false,
                KeyPinned = accepted.IsPinned,
                SignedAt = valid?.Created,
                VerifiedAt = time.GetUtcNow(),
            },
            sums);
    }

    private static List<ReleaseFile> FindFiles(ProviderAddress provider, ProviderVersion version, Platform platform, string fileName, Sha256Sums sums)
    {
        var files = new SortedDictionary<Platform, ReleaseFile>();
        foreach (var (name, digest) in sums.Digests)
        {
            if (PackageFileName.TryParse(name, out var parsed) && parsed.Type == provider.Type && parsed.Version == version)
            {
                files[parsed.Platform] = new ReleaseFile(parsed.Platform, name, digest);
            }
        }

        if (sums.TryFind(fileName, out var own))
        {
            files[platform] = new ReleaseFile(platform, fileName, own);
        }

        return [.. files.Values];
    }

    private static Failure Refuse(string release, string reason) =>
        new(FailureKind.VerificationFailed, $"{release} failed verification: {reason}.");
}
