using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// Matches providers by <c>[hostname/]namespace/type</c>, each part a name or <c>*</c>, such as <c>hashicorp/*</c>.
/// Without a hostname, the pattern means the default registry, as in a provider source address.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ProviderPattern>))]
public sealed record ProviderPattern : ITextValue<ProviderPattern>
{
    private const string Any = "*";

    private ProviderPattern(string hostname, string @namespace, string type)
    {
        Hostname = hostname;
        Namespace = @namespace;
        Type = type;
    }

    /// <summary>The canonical hostname, or <c>*</c>.</summary>
    public string Hostname { get; }

    public string Namespace { get; }

    public string Type { get; }

    /// <summary>How many of the three parts are names: the more specific of two matching patterns has more.</summary>
    public int Specificity => new[] { Hostname, Namespace, Type }.Count(part => part != Any);

    public static bool TryParse(string? text, [NotNullWhen(true)] out ProviderPattern? pattern)
    {
        pattern = null;
        string[] parts = text is { Length: <= ProviderAddress.MaxLength } ? text.Split('/') : [];
        if (parts.Length == 2)
        {
            parts = [ProviderHostname.Default.Value, .. parts];
        }

        // Replace each star with a valid name: the result must parse as an address.
        string[] names = [.. parts.Select((part, i) => part == Any ? (i == 0 ? "any.example" : "any") : part)];
        if (parts.Length != 3 || !ProviderAddress.TryParse(string.Join('/', names), out var address))
        {
            return false;
        }

        pattern = new ProviderPattern(
            parts[0] == Any ? Any : address.Hostname.Value,
            parts[1] == Any ? Any : address.Namespace,
            parts[2] == Any ? Any : address.Type);
        return true;
    }

    /// <summary>Parses like <see cref="TryParse"/>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static ProviderPattern Parse(string text) =>
        TryParse(text, out var pattern)
            ? pattern
            : throw new FormatException(
                $"'{text}' is not a provider pattern; expected 'namespace/type' or 'hostname/namespace/type', each part a name or '*', such as 'hashicorp/*'.");

    public bool Matches(ProviderAddress provider) =>
        (Hostname == Any || Hostname == provider.Hostname.Value)
        && (Namespace == Any || Namespace == provider.Namespace)
        && (Type == Any || Type == provider.Type);

    /// <summary>Without the default hostname.</summary>
    public string Display => Hostname == ProviderHostname.Default.Value ? $"{Namespace}/{Type}" : ToString();

    public override string ToString() => $"{Hostname}/{Namespace}/{Type}";
}
