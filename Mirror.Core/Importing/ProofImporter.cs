using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
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
    ReleaseVerification verification, ProofStore proofs, RegistryNamespaces registry, UnpublishedVersions unpublished, MirrorOptions options)
{
    /// <returns>The stored proof, which may be a better one that existed already, or why the imported one is refused.</returns>
    public async Task<Outcome<ReleaseProof>> ImportAsync(
        long rootGroupId, ReleaseOffer offer, Principal by, CancellationToken cancellationToken)
    {
        if (options.IsOwn(offer.Provider.Hostname)
            && await unpublished.FindAsync(offer.Provider, offer.Version, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            return gone.Failure;
        }

        var verified = await verification.VerifyBundledAsync(rootGroupId, offer, cancellationToken).ConfigureAwait(false);
        if (!verified.TryGet(out var proof))
        {
            return verified;
        }

        if (options.IsOwn(offer.Provider.Hostname)
            && await FindObjectionAsync(rootGroupId, proof, cancellationToken).ConfigureAwait(false) is { } objection)
        {
            return new Failure(FailureKind.VerificationFailed, $"{offer.Provider} {offer.Version} {objection}");
        }

        if (await proofs.FindBestAsync(rootGroupId, offer.Provider, offer.Version, cancellationToken).ConfigureAwait(false) is { } known
            && known.Trust >= proof.Trust)
        {
            return known;
        }

        await proofs.SaveAsync(rootGroupId, proof, by, cancellationToken).ConfigureAwait(false);
        return proof;
    }

    /// <summary>Why the root group does not accept the proof for its own providers, or null.</summary>
    private async ValueTask<string?> FindObjectionAsync(long rootGroupId, ReleaseProof proof, CancellationToken cancellationToken)
    {
        string name = proof.Provider.Namespace;
        return await registry.FindAsync(name, cancellationToken).ConfigureAwait(false) switch
        {
            null => $"is in the registry namespace '{name}', which does not exist. An owner creates it, and adds the key that signed the version.",
            var other when other.RootGroupId != rootGroupId => $"is in the registry namespace '{name}', which belongs to another root group.",
            var own when own.Keys.Any(key => key.Fingerprint == proof.KeyFingerprint && key.State != PublishingKeyState.Revoked) => null,
            var own => $"was not signed with a key of the registry namespace '{name}'. An owner of its root group adds the key: "
                + $"mirror signing-key add {name} key.asc --group-path {own.Group}",
        };
    }
}
