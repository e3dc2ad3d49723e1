using Mirror.Core.Identity;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Accounts;

/// <summary>Shows new tokens, which can be seen only once.</summary>
internal static class NewSecret
{
    /// <param name="preferences">The cascading preferences of the page, for the time zone.</param>
    public static Task ShowTokenAsync(IDialogService dialogs, CreatedToken token, Preferences? preferences) => SecretDialog.ShowAsync(
        dialogs,
        Texts.TokenOf.With(token.Principal.Name),
        Texts.AccessToken,
        token.Token,
        token.ExpiresAt is { } end ? Texts.TokenUseUntil.With(RelativeTimeText.Exact(end, preferences)) : Texts.TokenUseForever);
}
