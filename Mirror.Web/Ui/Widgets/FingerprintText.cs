namespace Mirror.Web.Ui.Widgets;

/// <summary>Key fingerprints in groups of four, as gpg prints them, so that people can compare them.</summary>
public static class FingerprintText
{
    public static string Group(string fingerprint) =>
        string.Join(' ', fingerprint.ToUpperInvariant().Chunk(4).Select(digits => new string(digits)));
}
