using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Mirror.Core.Hcl;

/// <summary>
/// Quoted strings without interpolation.
/// See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions.
/// </summary>
internal static class HclString
{
    /// <param name="quoted">With its quotes.</param>
    /// <returns>False if the text is something else than one quoted string, interpolates, or contains an unknown escape.</returns>
    public static bool TryRead(ReadOnlySpan<char> quoted, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (quoted.Length < 2 || quoted[0] != '"' || quoted[^1] != '"')
        {
            return false;
        }

        var rest = quoted[1..^1];
        var text = new StringBuilder(rest.Length);
        while (!rest.IsEmpty)
        {
            if (rest[0] == '\\')
            {
                if (!TryUnescape(ref rest, text))
                {
                    return false;
                }
            }
            else if (rest.StartsWith("$${") || rest.StartsWith("%%{"))
            {
                text.Append(rest[0]).Append('{');
                rest = rest[3..];
            }
            else if (rest[0] is '"' or '\n' || rest.StartsWith("${") || rest.StartsWith("%{"))
            {
                return false;
            }
            else
            {
                text.Append(rest[0]);
                rest = rest[1..];
            }
        }

        value = text.ToString();
        return true;
    }

    private static bool TryUnescape(ref ReadOnlySpan<char> rest, StringBuilder text)
    {
        char kind = rest.Length > 1 ? rest[1] : '\0';
        int digits = kind switch
        {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits > 0)
        {
            if (rest.Length < 2 + digits
                || !uint.TryParse(rest.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint point)
                || !Rune.TryCreate(point, out var rune))
            {
                return false;
            }

            text.Append(rune.ToString());
            rest = rest[(2 + digits)..];
            return true;
        }

        char? plain = kind switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' => '"',
            '\\' => '\\',
            _ => null,
        };
        text.Append(plain);
        rest = plain is null ? rest : rest[2..];
        return plain is not null;
    }
}
