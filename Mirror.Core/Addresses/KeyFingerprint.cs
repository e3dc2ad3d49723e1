using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Addresses;

/// <summary>The fingerprint of an OpenPGP key.</summary>
public static class KeyFingerprint
{
    /// <summary>In hexadecimal digits.</summary>
    public const int Length = 40;

    /// <summary>Of a text with a space between any two digits.</summary>
    public const int MaxLength = 2 * Length;

    /// <summary>Accepts 40 hexadecimal digits in any case, with white space between them.</summary>
    /// <param name="fingerprint">In upper case, without white space.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? fingerprint)
    {
        string hex = text is { Length: <= MaxLength }
            ? string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).ToUpperInvariant()
            : "";
        fingerprint = hex.Length == Length && hex.All(char.IsAsciiHexDigit) ? hex : null;
        return fingerprint is not null;
    }

    /// <exception cref="FormatException">The text is not a fingerprint; the message names it and the expected form.</exception>
    public static string Parse(string text) => TryParse(text, out string? fingerprint)
        ? fingerprint
        : throw new FormatException($"'{text}' is not a key fingerprint; expected {Length} hexadecimal digits.");
}
