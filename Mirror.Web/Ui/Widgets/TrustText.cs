using Mirror.Core.Database;

namespace Mirror.Web.Ui.Widgets;

/// <summary>What a trust level is called and what it means.</summary>
/// <param name="Name">One word.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Tone">A class that colours it: <c>good</c>, <c>caution</c> or <c>neutral</c>.</param>
public sealed record TrustText(string Name, string Icon, string Meaning, string Tone)
{
    /// <param name="trust">Null: no package is left to be trusted.</param>
    public static TrustText Of(TrustLevel? trust) => trust switch
    {
        TrustLevel.Verified => new("verified", "shield-check", "Every package matches the checksums that the publisher signed.", "good"),
        TrustLevel.Bundled =>
            new(
                "bundled",
                "shield-check",
                "Every package matches signed checksums; the key came in the bundle, not from the origin registry.",
                "good"),
        TrustLevel.Unsigned =>
            new(
                "unsigned",
                "shield",
                "The origin offers no signing key; policy names this provider as an exception. The packages match the origin's checksums.",
                "caution"),
        TrustLevel.Chained =>
            new("chained", "link", "The packages match the hashes of another mirror; no publisher signature was seen here.", "caution"),
        TrustLevel.Imported =>
            new("imported", "import", "No publisher signature was seen; whoever imported the packages vouched for them.", "caution"),
        _ => new("empty", "packages", "No package is stored.", "neutral"),
    };
}
