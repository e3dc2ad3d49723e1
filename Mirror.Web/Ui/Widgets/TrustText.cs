using Mirror.Core.Database;
using MudBlazor;

namespace Mirror.Web.Ui.Widgets;

/// <summary>The display of a trust level.</summary>
/// <param name="Name">One word.</param>
/// <param name="Icon">An icon of MudBlazor.</param>
/// <param name="Meaning">A sentence.</param>
public sealed record TrustText(string Name, string Icon, string Meaning, Color Color)
{
    /// <summary>A CSS class: <c>good</c>, <c>caution</c> or <c>neutral</c>.</summary>
    public string Tone => Color switch
    {
        Color.Success => "good",
        Color.Warning => "caution",
        _ => "neutral",
    };

    /// <param name="trust">Null if no package is left.</param>
    public static TrustText Of(TrustLevel? trust) => trust switch
    {
        TrustLevel.Verified => new(Texts.Verified, Icons.Material.Outlined.VerifiedUser, Texts.VerifiedMeaning, Color.Success),
        TrustLevel.Bundled => new(Texts.Bundled, Icons.Material.Outlined.VerifiedUser, Texts.BundledMeaning, Color.Success),
        TrustLevel.Unsigned => new(Texts.Unsigned, Icons.Material.Outlined.GppMaybe, Texts.UnsignedMeaning, Color.Warning),
        TrustLevel.Chained => new(Texts.Chained, Icons.Material.Outlined.Link, Texts.ChainedMeaning, Color.Warning),
        TrustLevel.Imported => new(Texts.Imported, Icons.Material.Outlined.FileDownload, Texts.ImportedMeaning, Color.Warning),
        _ => new(Texts.Empty, Icons.Material.Outlined.Inventory2, Texts.EmptyMeaning, Color.Default),
    };
}
