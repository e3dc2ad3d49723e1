using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Which versions the policy of a root group hides. No origin is asked.</summary>
internal sealed class ReleaseVisibility(VersionLists lists, Releases releases, Policies policies, IOriginCredentials credentials, TimeProvider time)
{
    /// <param name="signedAt">When its proof says it was signed; null: there is no proof, or no signature.</param>
    /// <returns>Null: it passes.</returns>
    public async Task<Failure?> FindFailureAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, DateTimeOffset? signedAt, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var seen = policy.MinimumReleaseAge is null ? null : await lists.FirstSeenAsync(scope, provider, version, cancellationToken).ConfigureAwait(false);
        return PolicyDecision.Hides(policy, provider, version, Later(signedAt, seen), time.GetUtcNow()) is { } reason
            ? new Failure(FailureKind.PolicyHides, $"Policy hides {provider} {version}: {reason}.")
            : null;
    }

    /// <summary>Why policy hides a version, and until when that is known to hold.</summary>
    /// <param name="list">The origin's, as far as it is known.</param>
    /// <returns>A reason of null: it passes.</returns>
    public async ValueTask<(string? Reason, DateTimeOffset? Until)> DecideAsync(
        MirrorScope scope, ProviderAddress provider, ProviderVersion version, CachedVersionList? list, RootGroupPolicy policy, CancellationToken cancellationToken)
    {
        var released = await ReleasedAtAsync(scope, provider, version, list, policy, cancellationToken).ConfigureAwait(false);
        string? reason = PolicyDecision.Hides(policy, provider, version, released, time.GetUtcNow());
        return (reason, reason is null ? null : released + policy.MinimumReleaseAge);
    }

    /// <summary>Prepares to decide many versions, as <see cref="DecideAsync"/> does one: what is stored is read once.</summary>
    /// <param name="list">The origin's, as far as it is known.</param>
    public async Task<Func<ProviderVersion, (string? Reason, DateTimeOffset? Until)>> PrepareAsync(
        MirrorScope scope, ProviderAddress provider, CachedVersionList? list, RootGroupPolicy policy, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<ProviderVersion, DateTimeOffset?>? signed = null;
        if (policy.MinimumReleaseAge is not null)
        {
            var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
            signed = await releases.FindSigningTimesAsync(scope, provider, credential, cancellationToken).ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        return version =>
        {
            var released = signed is null ? null : Later(signed.GetValueOrDefault(version), list?.Versions.FirstSeen(version));
            string? reason = PolicyDecision.Hides(policy, provider, version, released, now);
            return (reason, reason is null ? null : released + policy.MinimumReleaseAge);
        };
    }

    /// <summary>Which of the versions policy hides, and why.</summary>
    /// <param name="list">The origin's, as far as it is known.</param>
    public async Task<IReadOnlyDictionary<ProviderVersion, string>> FindHiddenAsync(MirrorScope scope, ProviderAddress provider, IEnumerable<ProviderVersion> versions, CachedVersionList? list, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var decide = await PrepareAsync(scope, provider, list, policy, cancellationToken).ConfigureAwait(false);
        var hidden = new Dictionary<ProviderVersion, string>();
        foreach (var version in versions)
        {
            if (decide(version) is { Reason: { } reason })
            {
                hidden[version] = reason;
            }
        }

        return hidden;
    }

    private async ValueTask<DateTimeOffset?> ReleasedAtAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, CachedVersionList? list, RootGroupPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.MinimumReleaseAge is null)
        {
            return null;
        }

        var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        var proof = await releases.FindAsync(scope, provider, version, credential, cancellationToken).ConfigureAwait(false);
        return Later(proof?.SignedAt, list?.Versions.FirstSeen(version));
    }

    // A stolen key can date a signature back, but not make this server have seen the version earlier.
    private static DateTimeOffset? Later(DateTimeOffset? signed, DateTimeOffset? seen) => signed is null || seen > signed ? seen : signed;
}
