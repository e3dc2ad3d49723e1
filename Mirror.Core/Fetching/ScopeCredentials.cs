using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

internal static class ScopeCredentials
{
    /// <summary>The credential of an operation for a host: the token sent with the request, else the namespace's.</summary>
    public static ValueTask<OriginCredential> FindAsync(
        this IOriginCredentials credentials, ResolvedNamespace scope, ProviderHostname host, CancellationToken cancellationToken) =>
        scope.Tokens?.Find(host) is { } token
            ? ValueTask.FromResult(new OriginCredential(scope.Tokens.Identity, token))
            : credentials.FindAsync(scope.NamespaceId, host, cancellationToken);
}
