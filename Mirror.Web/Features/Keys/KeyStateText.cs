using Mirror.Core.Verification;
using MudBlazor;

namespace Mirror.Web.Features.Keys;

/// <summary>The display of the state of a key.</summary>
public sealed record KeyStateText(string Name, string Meaning, string Icon, Color Color)
{
    public static KeyStateText Of(KeyState state) => state switch
    {
        KeyState.Pinned => new(Texts.Pinned, Texts.PinnedMeaning, Icons.Material.Outlined.VerifiedUser, Color.Success),
        KeyState.New => new(Texts.New, Texts.NewMeaning, Icons.Material.Outlined.NewReleases, Color.Warning),
        KeyState.Refused => new(Texts.Refused, Texts.RefusedMeaning, Icons.Material.Outlined.Block, Color.Error),
        _ => new(Texts.Accepted, Texts.AcceptedMeaning, Icons.Material.Outlined.CheckCircle, Color.Default),
    };

    public static string Filter(KeyFilter filter) => filter switch
    {
        KeyFilter.Pinned => Texts.Pinned,
        KeyFilter.Accepted => Texts.Accepted,
        KeyFilter.New => Texts.New,
        KeyFilter.Refused => Texts.Refused,
        KeyFilter.Expired => Texts.Expired,
        _ => Texts.AllStates,
    };
}
