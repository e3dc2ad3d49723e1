using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Credentials;

/// <summary>
/// The name of a variable, <c>TF_TOKEN_registry_example_com</c>, in Terraform's encoding of the host: dots as <c>_</c>, hyphens as
/// <c>__</c>, other scripts as punycode. All spellings of a host result in the same name.
/// See https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials.
/// </summary>
public sealed record VariableName
{
    public const string Prefix = "TF_TOKEN_";

    private VariableName(ProviderHostname host) => Host = host;

    /// <summary>The host that receives the token.</summary>
    public ProviderHostname Host { get; }

    public string Value => Prefix + Host.Value.Replace("-", "__", StringComparison.Ordinal).Replace('.', '_');

    public static VariableName For(ProviderHostname host) => new(host);

    public static bool TryParse(string? text, [NotNullWhen(true)] out VariableName? name)
    {
        name = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string host = text[Prefix.Length..].Replace("__", "-", StringComparison.Ordinal).Replace('_', '.');
        if (!ProviderHostname.TryParse(host, out var parsed))
        {
            return false;
        }

        name = new VariableName(parsed);
        return true;
    }

    public static VariableName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException(
            $"'{text}' is not the name of a variable; expected '{Prefix}' and a hostname with '_' for '.' and '__' for '-', such as '{Prefix}registry_example_com'.");

    public override string ToString() => Value;
}
