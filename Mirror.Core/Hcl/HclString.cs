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

    /// <param name="heredoc">With its markers.</param>
    /// <returns>False if the text is something else than one heredoc, or interpolates.</returns>
    public static bool TryReadHeredoc(string heredoc, [NotNullWhen(true)] out string? value)
    {
        value = null;
        string[] lines = heredoc.Split('\n');
        if (lines.Length < 2 || !heredoc.StartsWith("<<", StringComparison.Ordinal))
        {
            return false;
        }

        var content = lines.AsSpan(1..^1).ToArray().Select(line => line.TrimEnd('\r')).ToList();
        if (heredoc[2] == '-')
        {
            int indent = content.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
            content = [.. content.Select(line => line[Math.Min(indent, line.Length - line.TrimStart().Length)..])];
        }

        string text = string.Join('\n', content);
        string unescaped = text.Replace("$${", "", StringComparison.Ordinal).Replace("%%{", "", StringComparison.Ordinal);
        if (unescaped.Contains("${", StringComparison.Ordinal) || unescaped.Contains("%{", StringComparison.Ordinal))
        {
            return false;
        }

        value = text.Replace("$${", "${", StringComparison.Ordinal).Replace("%%{", "%{", StringComparison.Ordinal);
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
