using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// A provider source address <c>hostname/namespace/type</c> in canonical form.
/// See https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ProviderAddress>))]
public sealed record ProviderAddress : ISourceAddress, ITextValue<ProviderAddress>
{
    private const int MaxPartLength = 128;

    /// <summary>In characters, with the hostname.</summary>
    public const int MaxLength = ProviderHostname.MaxLength + 2 * (1 + MaxPartLength);

    private ProviderAddress(ProviderHostname hostname, string @namespace, string type)
    {
        Hostname = hostname;
        Namespace = @namespace;
        Type = type;
    }

    public ProviderHostname Hostname { get; }

    public string Namespace { get; }

    public string Type { get; }

    public string Noun => "provider";

    /// <summary>The address for display, without the default hostname.</summary>
    public string Display => Hostname.IsDefault ? $"{Namespace}/{Type}" : $"{Hostname.Display}/{Namespace}/{Type}";

    /// <summary>Accepts <c>namespace/type</c> and <c>hostname/namespace/type</c>, in any case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProviderAddress? address)
    {
        address = null;
        string[] parts = text is { Length: <= MaxLength } ? text.Split('/') : [];
        return parts.Length switch
        {
            2 => TryCreate(ProviderHostname.Default, parts[0], parts[1], out address),
            3 => ProviderHostname.TryParse(parts[0], out var hostname) && TryCreate(hostname, parts[1], parts[2], out address),
            _ => false,
        };
    }

    /// <summary>Parses like <see cref="TryParse"/>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static ProviderAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException(
                $"'{text}' is not a provider source address; expected 'namespace/type' or 'hostname/namespace/type', such as 'hashicorp/aws'.");

    /// <summary>Accepts only the canonical form, as clients send it in a URL.</summary>
    public static bool TryParseCanonical(
        string? hostname, string? @namespace, string? type, [NotNullWhen(true)] out ProviderAddress? address)
    {
        address = null;
        return ProviderHostname.TryParseCanonical(hostname, out var parsed)
            && @namespace is not null && type is not null
            && TryCreate(parsed, @namespace, type, out address)
            && address.Namespace == @namespace && address.Type == type;
    }

    public ISourceAddress In(ProviderHostname hostname, string @namespace) => new ProviderAddress(hostname, @namespace, Type);

    public override string ToString() => $"{Hostname.Value}/{Namespace}/{Type}";

    /// <summary>Whether the text contains only letters, digits, <c>-</c> and <c>_</c>, as namespaces and types do.</summary>
    internal static bool HasOnlyPartCharacters(string part)
    {
        foreach (Rune rune in part.EnumerateRunes())
        {
            if (rune.Value is not ('-' or '_') && !Rune.IsLetterOrDigit(rune))
            {
                return false;
            }
        }

        return part.Length > 0;
    }

    private static bool TryCreate(
        ProviderHostname hostname, string @namespace, string type, [NotNullWhen(true)] out ProviderAddress? address)
    {
        address = null;
        if (!TryNormalizePart(@namespace, out string? ns) || !TryNormalizePart(type, out string? ty)
            || ty.StartsWith("terraform-", StringComparison.Ordinal))
        {
            return false;
        }

        address = new ProviderAddress(hostname, ns, ty);
        return true;
    }

    private static bool TryNormalizePart(string part, [NotNullWhen(true)] out string? normalized)
    {
        normalized = null;
        if (part.Length is 0 or > MaxPartLength
            || part[0] is '-' or '_'
            || part[^1] is '-' or '_'
            || part.Contains("--", StringComparison.Ordinal))
        {
            return false;
        }

        part = part.ToLowerInvariant();
        if (!HasOnlyPartCharacters(part))
        {
            return false;
        }

        normalized = part;
        return true;
    }
}
