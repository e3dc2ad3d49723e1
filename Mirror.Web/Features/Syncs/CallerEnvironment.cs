using System.Collections;
using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Syncs;

/// <summary>
/// The tokens for origins in the caller's environment, as Terraform finds them: <c>TF_TOKEN_registry_example_com</c>, a hyphen
/// as two underscores. See https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials.
/// </summary>
internal static class CallerEnvironment
{
    private const string Prefix = "TF_TOKEN_";

    /// <summary>Those for the given hosts. The public registries need none, and what is fetched with one is never anonymous.</summary>
    public static IReadOnlyDictionary<string, string> FindTokens(IDictionary environment, IEnumerable<ProviderHostname> hosts)
    {
        var wanted = hosts.Where(host => host != ProviderHostname.Default && host != ProviderHostname.OpenTofu).ToHashSet();
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in environment)
        {
            if (variable is { Key: string name, Value: string { Length: > 0 } token } && name.StartsWith(Prefix, StringComparison.Ordinal)
                && ProviderHostname.TryParse(name[Prefix.Length..].Replace("__", "-", StringComparison.Ordinal).Replace('_', '.'), out var host) && wanted.Contains(host))
            {
                tokens[host.Value] = token;
            }
        }

        return tokens;
    }
}
