namespace Mirror.Web.Ui.Widgets;

/// <summary>Formats key fingerprints in groups of four, as gpg prints them, for comparison by users.</summary>
public static class FingerprintText
{
    public static string Group(string fingerprint) =>
        string.Join(' ', fingerprint.ToUpperInvariant().Chunk(4).Select(digits => new string(digits)));
}
