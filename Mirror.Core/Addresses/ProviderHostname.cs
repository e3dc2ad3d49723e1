using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// The hostname of an origin registry in canonical form: lower case, punycode for internationalized names, no default port.
/// See https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ProviderHostname>))]
public sealed record ProviderHostname : ITextValue<ProviderHostname>
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 253;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private ProviderHostname(string value) => Value = value;

    /// <summary>The public Terraform registry, which addresses omit.</summary>
    public static ProviderHostname Default { get; } = new("registry.terraform.io");

    public static ProviderHostname OpenTofu { get; } = new("registry.opentofu.org");

    public string Value { get; }

    public bool IsDefault => this == Default;

    /// <summary>The hostname for display: internationalized labels in Unicode if they are readable and map back to the same host.</summary>
    public string Display => Value.Contains("xn--", StringComparison.Ordinal) && FindUnicode() is { } unicode ? unicode : Value;

    /// <summary>Accepts the form found in user input and files: any case, Unicode labels, a trailing <c>:443</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProviderHostname? hostname)
    {
        hostname = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        string port = "";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            {
                return false;
            }

            port = number == 443 ? "" : string.Create(CultureInfo.InvariantCulture, $":{number}");
            text = text[..colon];
        }

        try
        {
            // Convert to lower case first: punycode is case-sensitive.
            text = Idn.GetAscii(text.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return false;
        }

        if (text.Length + port.Length > MaxLength || !IsCanonicalName(text))
        {
            return false;
        }

        hostname = new ProviderHostname(text + port);
        return true;
    }

    /// <summary>Parses like <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not a hostname.</exception>
    public static ProviderHostname Parse(string text) =>
        TryParse(text, out var hostname)
            ? hostname
            : throw new FormatException($"'{text}' is not a hostname; expected one such as 'registry.terraform.io'.");

    /// <summary>Accepts only the canonical form, as clients send it in a URL.</summary>
    public static bool TryParseCanonical(string? text, [NotNullWhen(true)] out ProviderHostname? hostname) =>
        TryParse(text, out hostname) && hostname.Value == text;

    public override string ToString() => Value;

    private string? FindUnicode()
    {
        int colon = Value.IndexOf(':', StringComparison.Ordinal);
        int end = colon < 0 ? Value.Length : colon;
        try
        {
            string unicode = Idn.GetUnicode(Value, 0, end) + Value[end..];
            return unicode.EnumerateRunes().All(IsReadable) && TryParse(unicode, out var same) && same == this ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null; // A label starts like punycode but is not.
        }
    }

    // Punycode can also encode control characters and bidirectional marks. The accepted categories are letters, combining marks and digits.
    private static bool IsReadable(Rune rune) =>
        rune.Value is '.' or '-' or ':' || Rune.GetUnicodeCategory(rune) <= UnicodeCategory.DecimalDigitNumber;

    private static bool IsCanonicalName(string text)
    {
        if (text == "localhost")
        {
            return true;
        }

        string[] labels = text.Split('.');
        return labels.Length >= 2 && labels.All(label =>
            label.Length is > 0 and <= 63
            && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
    }
}
