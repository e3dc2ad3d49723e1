using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Importing;

/// <summary>
/// Imports the proof of a version, for example from a bundle, after verifying it again with this instance's trust rules. Matching
/// packages, stored before or imported later, gain its trust.
/// </summary>
public sealed class ProofImporter(ReleaseVerification verification, ProofStore proofs)
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

        if (await proofs.FindBestAsync(rootGroupId, offer.Provider, offer.Version, cancellationToken).ConfigureAwait(false) is { } known
            && known.Trust >= proof.Trust)
        {
            return known;
        }

        await proofs.SaveAsync(rootGroupId, proof, by, cancellationToken).ConfigureAwait(false);
        return proof;
    }
}
