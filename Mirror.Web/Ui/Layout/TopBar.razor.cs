using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Mirror.Web.Http;
using Mirror.Web.Ui.Finding;
using MudBlazor;

namespace Mirror.Web.Ui.Layout;

/// <summary>The bar above every page.</summary>
public sealed partial class TopBar(IDialogService dialogs, IJSRuntime script)
{
    private static readonly DialogOptions Finding = new()
    {
        NoHeader = true,
        CloseOnEscapeKey = true,
        FullWidth = true,
        MaxWidth = MaxWidth.Small,
        Position = DialogPosition.TopCenter,
    };

    private static readonly DialogOptions Small = new() { CloseButton = true, CloseOnEscapeKey = true, FullWidth = true, MaxWidth = MaxWidth.ExtraSmall };

    /// <summary>Null while it loads.</summary>
    [Parameter, EditorRequired]
    public required FrameView? View { get; set; }

    /// <summary>The groups visited last, newest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Recent { get; set; }

    /// <summary>Path and query of the current page.</summary>
    [Parameter, EditorRequired]
    public required string CurrentPage { get; set; }

    /// <summary>Whether the page is, or will be, in a circuit.</summary>
    [Parameter, EditorRequired]
    public required bool IsLive { get; set; }

    private bool IsSignInPage => CurrentPage.Contains("/" + Urls.SignIn, StringComparison.Ordinal);

    private async Task SwitchAsync() =>
        await dialogs.ShowAsync<GroupDialog>(Texts.SwitchGroup, new DialogParameters<GroupDialog> { { x => x.Recent, Recent } }, Finding);

    private async Task SearchAsync() => await dialogs.ShowAsync<PaletteDialog>(
        Texts.Search, new DialogParameters<PaletteDialog> { { x => x.Group, View?.Group }, { x => x.Recent, Recent } }, Finding);

    private async Task ShowPreferencesAsync() => await dialogs.ShowAsync<PreferencesDialog>(Texts.Preferences, Small);

    private async Task ShowShortcutsAsync() => await dialogs.ShowAsync<ShortcutsDialog>(Texts.Shortcuts, Small);

    private async Task SignOutAsync() => await script.InvokeVoidAsync("mirror.submit", "sign-out");
}
