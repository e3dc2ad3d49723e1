using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>A request about a provider, with the facts that decide it: they are looked up once, and passed on.</summary>
/// <param name="Credential">With which the provider's origin is asked.</param>
public sealed record ProviderRequest(ResolvedNamespace Scope, ProviderAddress Provider, OriginCredential Credential, RootGroupPolicy Policy)
{
    public long RootGroupId => Scope.RootGroupId;

    public VersionListQuestion Versions => new(Scope, Provider, Credential);

    /// <summary>When the request began, as <see cref="ProofStore.HasChanged"/> counts.</summary>
    internal long Began { get; init; }
}

/// <summary>Begins requests about providers.</summary>
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
