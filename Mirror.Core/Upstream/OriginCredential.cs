using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Upstream;

/// <summary>The token for an origin host, and its owner.</summary>
public sealed record OriginCredential(CredentialIdentity Identity, string? Token)
{
    public static OriginCredential None { get; } = new(CredentialIdentity.None, null);

    public override string ToString() => Identity.ToString();
}

/// <summary>Finds the credential that a namespace uses for an origin host.</summary>
public interface IOriginCredentials
{
    ValueTask<OriginCredential> FindAsync(long namespaceId, ProviderHostname host, CancellationToken cancellationToken);
}

/// <summary>
/// The server's own tokens: <c>Mirror:Upstream:Hosts:{n}:Token</c>, then <c>TF_TOKEN_*</c> in its environment.
/// See https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials.
/// </summary>
public sealed class ServerOriginCredentials(UpstreamOptions options, Func<string, string?> environment) : IOriginCredentials
{
    public ValueTask<OriginCredential> FindAsync(long namespaceId, ProviderHostname host, CancellationToken cancellationToken)
    {
        string? token = options.FindHost(host)?.Token
            ?? VariableNames(host).Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return ValueTask.FromResult(token is null ? OriginCredential.None : new OriginCredential(CredentialIdentity.Server, token));
    }

    /// <summary>The variable names that Terraform accepts: dots become <c>_</c>, hyphens become <c>__</c> or stay.</summary>
    public static IEnumerable<string> VariableNames(ProviderHostname host)
    {
        string dots = host.Value.Replace('.', '_');
        yield return "TF_TOKEN_" + dots.Replace("-", "__", StringComparison.Ordinal);
        yield return "TF_TOKEN_" + dots;
    }
}
