using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>A request about a provider, with the facts that decide it, looked up once.</summary>
/// <param name="Credential">The credential for the provider's origin.</param>
public sealed record ProviderRequest(ResolvedNamespace Scope, ProviderAddress Provider, OriginCredential Credential, RootGroupPolicy Policy)
{
    public long RootGroupId => Scope.RootGroupId;

    public VersionListQuestion Versions => new(Scope, Provider, Credential);

    /// <summary>The start of the request, in the counter of <see cref="ProofStore.HasChanged"/>.</summary>
    internal long Began { get; init; }
}

/// <summary>Creates requests about providers.</summary>
public sealed class ProviderRequests(IOriginCredentials credentials, Policies policies, ProofStore proofs)
{
    public async ValueTask<ProviderRequest> BeginAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        long began = proofs.Now;
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        return new ProviderRequest(scope, provider, credential, policy) { Began = began };
    }
}
