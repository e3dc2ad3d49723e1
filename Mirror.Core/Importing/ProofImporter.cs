using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;

namespace Mirror.Core.Importing;

/// <summary>
/// Imports the proof of a version, for example from a bundle, after verifying it again with this instance's trust rules. Matching
/// packages, stored before or imported later, gain its trust.
/// </summary>
public sealed class ProofImporter(
    ReleaseVerification verification, ProofStore proofs, RegistryNamespaces registry, MirrorOptions options)
{
    /// <returns>The stored proof, which may be a better one that existed already, or why the imported one is refused.</returns>
    public async Task<Outcome<ReleaseProof>> ImportAsync(
        long rootGroupId, ReleaseOffer offer, Principal by, CancellationToken cancellationToken)
    {
        var verified = await verification.VerifyBundledAsync(rootGroupId, offer, cancellationToken).ConfigureAwait(false);
        if (!verified.TryGet(out var proof))
        {
            return verified;
        }

        if (options.IsOwn(offer.Provider.Hostname)
            && !await IsPublisherAsync(rootGroupId, proof, cancellationToken).ConfigureAwait(false))
        {
            return new Failure(
                FailureKind.VerificationFailed,
                $"{offer.Provider} {offer.Version} was not signed with a key of the registry namespace '{offer.Provider.Namespace}'. An owner of its root group adds the key: mirror signing-key add {offer.Provider.Namespace}");
        }

        if (await proofs.FindBestAsync(rootGroupId, offer.Provider, offer.Version, cancellationToken).ConfigureAwait(false) is { } known
            && known.Trust >= proof.Trust)
        {
            return known;
        }

        await proofs.SaveAsync(rootGroupId, proof, by, cancellationToken).ConfigureAwait(false);
        return proof;
    }

    /// <summary>Whether a key that the root group accepts for its own providers signed the proof.</summary>
    private async ValueTask<bool> IsPublisherAsync(long rootGroupId, ReleaseProof proof, CancellationToken cancellationToken) =>
        await registry.FindAsync(proof.Provider.Namespace, cancellationToken).ConfigureAwait(false) is { } publisher
        && publisher.RootGroupId == rootGroupId
        && publisher.Keys.Any(key => key.Fingerprint == proof.KeyFingerprint && key.State != PublishingKeyState.Revoked);
}
