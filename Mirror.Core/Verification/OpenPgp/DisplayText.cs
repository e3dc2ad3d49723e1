namespace Mirror.Core.Verification.OpenPgp;

/// <summary>Sanitizes text from signed documents for logs and pages.</summary>
internal static class DisplayText
{
    private const int MaxLength = 200;

    /// <summary>Replaces control characters and truncates long text.</summary>
    public static string Clean(string text)
    {
        string shown = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}
