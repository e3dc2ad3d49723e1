using System.Collections.ObjectModel;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>A request about a provider, with the facts that decide it, looked up once.</summary>
/// <param name="Credential">The credential for the provider's origin.</param>
public sealed record ProviderRequest(ResolvedNamespace Scope, ProviderAddress Provider, OriginCredential Credential, RootGroupPolicy Policy)
{
    public long RootGroupId => Scope.RootGroupId;

    public VersionListQuestion Versions => new(Scope, Provider, Credential);

    /// <summary>
    /// The registry namespace of a provider that the root group publishes itself; null for others.
    /// </summary>
    public RegistryNamespace? Publisher { get; init; }

    /// <summary>Why versions are withheld, by the fingerprint of the revoked key that signed them.</summary>
    internal IReadOnlyDictionary<string, string> RevokedKeys => Publisher?.RevokedKeys ?? ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The start of the request, in the counter of <see cref="ProofStore.HasChanged"/>.</summary>
    internal long Began { get; init; }
}

/// <summary>Creates requests about providers.</summary>
public sealed class ProviderRequests(
    IOriginCredentials credentials, Policies policies, ProofStore proofs, RegistryNamespaces registry, MirrorOptions options)
{
    public async ValueTask<ProviderRequest> BeginAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        long began = proofs.Now;
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
        var publisher = options.IsOwn(provider.Hostname)
            && await registry.FindAsync(provider.Namespace, cancellationToken).ConfigureAwait(false) is { } found
            && found.RootGroupId == scope.RootGroupId
                ? found
                : null;
        return new ProviderRequest(scope, provider, credential, policy) { Began = began, Publisher = publisher };
    }
}
