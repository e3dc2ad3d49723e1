using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Importing;

/// <summary>
/// Takes in what proves a version from somebody who brings it, such as a bundle: verified here again, by this instance's
/// trust rules. Packages that match it, stored before or brought after, gain its trust.
/// </summary>
public sealed class ProofImporter(ReleaseVerification verification, ProofStore proofs)
{
    /// <returns>The proof that is kept, which may be a better one that was there before; or why what was brought is refused.</returns>
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
