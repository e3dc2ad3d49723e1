using System.Globalization;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>Sanitizes text from signed documents for logs and pages.</summary>
internal static class DisplayText
{
    private const int MaxLength = 200;

    /// <summary>
    /// Replaces control characters, and invisible ones such as U+202E, which would show the letters after it in reverse order, and truncates
    /// long text.
    /// </summary>
    public static string Clean(string text)
    {
        string shown = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '\uFFFD' : c));
    }
}
