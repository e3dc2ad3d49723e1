using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Determines which versions a root group's policy hides, and which it withholds because the key that signed them was revoked, without
/// querying origins.
/// </summary>
internal sealed class ReleaseVisibility(VersionLists lists, ProofStore proofs, TimeProvider time)
{
    /// <param name="proof">The version's proof, if there is one.</param>
    /// <returns>Null if the version is visible.</returns>
    public async ValueTask<Failure?> FindFailureAsync(
        ProviderRequest request, ProviderVersion version, ReleaseProof? proof, CancellationToken cancellationToken)
    {
        if (Withheld(request, proof?.KeyFingerprint) is { } withheld)
        {
            return new Failure(FailureKind.KeyRevoked, $"{request.Provider} {version} is withheld: {withheld.Reason}.");
        }

        var list = request.Policy.MinimumReleaseAge is null
            ? null
            : await lists.FindLastAsync(request.Versions, cancellationToken).ConfigureAwait(false);
        return PolicyDecision.Hides(
            request.Policy, request.Provider, version, Later(proof?.SignedAt, list?.Value.FirstSeen(version)), time.GetUtcNow()) is { } hidden
            ? new Failure(FailureKind.PolicyHides, $"The policy hides {request.Provider} {version}: {hidden.Reason}.")
            : null;
    }

    /// <summary>Whether the policy hides a version that the origin lists.</summary>
    public async ValueTask<bool> IsHiddenAsync(
        ProviderRequest request, ProviderVersion version, OriginVersionList list, CancellationToken cancellationToken)
    {
        DateTimeOffset? released = null;
        if (request.Policy.MinimumReleaseAge is not null)
        {
            var proof = await proofs.FindAsync(request, version, cancellationToken).ConfigureAwait(false);
            released = Later(proof?.SignedAt, list.FirstSeen(version));
        }

        return PolicyDecision.Hides(request.Policy, request.Provider, version, released, time.GetUtcNow()) is not null;
    }

    /// <summary>Prepares decisions about many versions: reads the stored proofs once.</summary>
    /// <param name="list">The origin's list, if known.</param>
    /// <param name="only">The versions to decide about; null for any.</param>
    /// <returns>A function that gives the reason why the policy hides a version, or null if it does not.</returns>
    public async Task<Func<ProviderVersion, PolicyBlock?>> PrepareAsync(
        ProviderRequest request, OriginVersionList? list, IEnumerable<ProviderVersion>? only, CancellationToken cancellationToken)
    {
        var (policy, provider) = (request.Policy, request.Provider);
        var known = policy.MinimumReleaseAge is null && request.RevokedKeys.Count == 0
            ? null
            : await proofs.FindAllAsync(request, only, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return version => Withheld(request, known?.GetValueOrDefault(version)?.KeyFingerprint) ?? PolicyDecision.Hides(
            policy, provider, version, known is null ? null : Later(known.GetValueOrDefault(version)?.SignedAt, list?.FirstSeen(version)), now);
    }

    /// <summary>Like <see cref="PrepareAsync"/>, for a few versions and with the last list of the origin.</summary>
    public async Task<Func<ProviderVersion, PolicyBlock?>> PrepareFewAsync(
        ProviderRequest request, IEnumerable<ProviderVersion> only, CancellationToken cancellationToken)
    {
        var list = request.Policy.MinimumReleaseAge is null
            ? null
            : await lists.FindLastAsync(request.Versions, cancellationToken).ConfigureAwait(false);
        return await PrepareAsync(request, list?.Value, only, cancellationToken).ConfigureAwait(false);
    }

    private static PolicyBlock? Withheld(ProviderRequest request, string? fingerprint) =>
        fingerprint is not null && request.RevokedKeys.TryGetValue(fingerprint, out string? reason) ? new PolicyBlock(reason) { RevokedKey = fingerprint } : null;

    // With a stolen key, a signature can be backdated, but not the time at which this server first saw the version.
    internal static DateTimeOffset? Later(DateTimeOffset? signed, DateTimeOffset? seen) => signed is null || seen > signed ? seen : signed;
}
