using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// The address of a registry module, <c>hostname/namespace/name/system</c>. Unlike in a provider address, the parts keep their case,
/// because clients send it. See https://developer.hashicorp.com/terraform/internals/module-registry-protocol#module-addresses.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ModuleAddress>))]
public sealed record ModuleAddress : ISourceAddress, ITextValue<ModuleAddress>
{
    private const int MaxPartLength = 64;

    /// <summary>In characters, with the hostname.</summary>
    public const int MaxLength = ProviderHostname.MaxLength + 3 * (1 + MaxPartLength);

    private ModuleAddress(ProviderHostname hostname, string @namespace, string name, string system) =>
        (Hostname, Namespace, Name, System) = (hostname, @namespace, name, system);

    public ProviderHostname Hostname { get; }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary>The remote system that the module targets, usually a provider type.</summary>
    public string System { get; }

    public string Noun => "module";

    public string Display => Hostname.IsDefault ? $"{Namespace}/{Name}/{System}" : $"{Hostname.Display}/{Namespace}/{Name}/{System}";

    /// <summary>Accepts <c>namespace/name/system</c> and <c>hostname/namespace/name/system</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ModuleAddress? address)
    {
        address = null;
        string[] parts = text is { Length: <= MaxLength } ? text.Split('/') : [];
        return parts.Length switch
        {
            3 => TryCreate(ProviderHostname.Default, parts, out address),
            4 => ProviderHostname.TryParse(parts[0], out var hostname) && TryCreate(hostname, parts.AsSpan(1), out address),
            _ => false,
        };
    }

    /// <summary>Parses like <see cref="TryParse"/>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static ModuleAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException(
                $"'{text}' is not a module address; expected 'namespace/name/system' or 'hostname/namespace/name/system', such as 'terraform-aws-modules/vpc/aws'.");

    /// <summary>Accepts the hostname only in its canonical form, as clients send it in a URL.</summary>
    public static bool TryParseCanonical(string? hostname, ReadOnlySpan<string> parts, [NotNullWhen(true)] out ModuleAddress? address)
    {
        address = null;
        return parts.Length == 3 && ProviderHostname.TryParseCanonical(hostname, out var parsed) && TryCreate(parsed, parts, out address);
    }

    public ISourceAddress In(ProviderHostname hostname, string @namespace) => new ModuleAddress(hostname, @namespace, Name, System);

    public override string ToString() => $"{Hostname.Value}/{Namespace}/{Name}/{System}";

    private static bool TryCreate(ProviderHostname hostname, ReadOnlySpan<string> parts, [NotNullWhen(true)] out ModuleAddress? address)
    {
        address = IsName(parts[0])
            && IsName(parts[1])
            && parts[2].Length is > 0 and <= MaxPartLength
            && parts[2].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            ? new ModuleAddress(hostname, parts[0], parts[1], parts[2])
            : null;
        return address is not null;
    }

    private static bool IsName(string part) =>
        part.Length is > 0 and <= MaxPartLength && char.IsAsciiLetterOrDigit(part[0]) && char.IsAsciiLetterOrDigit(part[^1])
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
