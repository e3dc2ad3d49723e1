using Mirror.Core.Database;

namespace Mirror.Web.Ui.Widgets;

/// <summary>The display of a trust level.</summary>
/// <param name="Name">One word.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Tone">A CSS class: <c>good</c>, <c>caution</c> or <c>neutral</c>.</param>
public sealed record TrustText(string Name, string Icon, string Meaning, string Tone)
{
    /// <param name="trust">Null if no package is left.</param>
    public static TrustText Of(TrustLevel? trust) => trust switch
    {
        TrustLevel.Verified => new("verified", "shield-check", "Every package matches the checksums that the publisher signed.", "good"),
        TrustLevel.Bundled =>
            new(
                "bundled",
                "shield-check",
                "Every package matches signed checksums; the key is from the bundle, not from the origin registry.",
                "good"),
        TrustLevel.Unsigned =>
            new(
                "unsigned",
                "shield",
                "The origin offers no signing key; the policy allows this provider without one. The packages match the origin's checksums.",
                "caution"),
        TrustLevel.Chained =>
            new("chained", "link", "The packages match the hashes of another mirror; no publisher signature was seen here.", "caution"),
        TrustLevel.Imported =>
            new("imported", "import", "No publisher signature was seen; the user who imported the packages vouched for it.", "caution"),
        _ => new("empty", "packages", "No package is stored.", "neutral"),
    };
}
