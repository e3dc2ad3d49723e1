using Microsoft.AspNetCore.Components;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Accounts;

/// <summary>The user's own tokens: create, show once, revoke.</summary>
public sealed partial class TokenList(AccessTokens tokens, CurrentUser user, IDialogService dialogs, Notifications notifications)
{
    private string _name = "";
    private int _days = 30;
    private string? _created;
    private bool _justCreated;
    private ElementReference _createdHeading;

    [Parameter, EditorRequired]
    public required IReadOnlyList<AccessToken> Tokens { get; set; }

    /// <summary>Reloads the list.</summary>
    [Parameter, EditorRequired]
    public EventCallback Changed { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_justCreated)
        {
            _justCreated = false;
            await _createdHeading.FocusAsync();
        }
    }

    private async Task CreateAsync()
    {
        string name = _name.Trim();
        if (name.Length == 0)
        {
            return;
        }

        var subject = await user.FindSubjectAsync();
        var created = subject.PrincipalId is { } id
            ? await tokens.CreateAsync(id, name, TokenLifetime.Of(_days), subject.Principal, CancellationToken.None)
            : null;
        (_created, _justCreated, _name) = (created?.Token, created is not null, "");
        notifications.Show(created is null ? Ended : new Notification($"Created the token {name}.", false));
        await Changed.InvokeAsync();
    }

    private async Task RevokeAsync(AccessToken token)
    {
        var text = new DeletionText(
            $"The token {token.Name} ({token.Prefix}…) stops working immediately.", [], "Its clients need another token.");
        if (!await ConfirmDeletion.AskAsync(dialogs, "Revoke token", "Revoke", text))
        {
            return;
        }

        var subject = await user.FindSubjectAsync();
        bool revoked = subject.PrincipalId is { } id && await tokens.RevokeAsync(id, token.Id, subject.Principal, CancellationToken.None);
        notifications.Show(revoked ? new Notification($"Revoked the token {token.Name}.", false) : Ended);
        await Changed.InvokeAsync();
    }

    private static Notification Ended => new("Nothing was changed: the token no longer exists, or your session has ended.", true);
}
