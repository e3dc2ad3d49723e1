using Microsoft.AspNetCore.Components;
using Mirror.Core.Identity;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Features.Accounts;

/// <summary>The visitor's own tokens: create, show once, revoke.</summary>
public sealed partial class TokenList(AccountTokens account, DialogService dialogs, Notices notices)
{
    private string _name = "";
    private int _days = 30;
    private string? _created;
    private bool _justCreated;
    private ElementReference _createdHeading;

    [Parameter, EditorRequired]
    public required IReadOnlyList<AccessToken> Tokens { get; set; }

    /// <summary>Has the list loaded anew.</summary>
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

        var created = await account.CreateAsync(name, _days == 0 ? null : TimeSpan.FromDays(_days));
        (_created, _justCreated, _name) = (created?.Token, created is not null, "");
        notices.Leave(created is null ? Ended : new Notice($"Created the token {name}.", false));
        await Changed.InvokeAsync();
    }

    private async Task RevokeAsync(AccessToken token)
    {
        var text = new DeletionText($"The token {token.Name} ({token.Prefix}…) stops working at once.", [], "Whatever uses it must be given another one.");
        if (!await ConfirmDeletion.AskAsync(dialogs, "Revoke token", "Revoke", text))
        {
            return;
        }

        bool revoked = await account.RevokeAsync(token.Id);
        notices.Leave(revoked ? new Notice($"Revoked {token.Name}: it works nowhere any more.", false) : Ended);
        await Changed.InvokeAsync();
    }

    private static Notice Ended => new("Nothing was changed: the token is gone, or your session has ended.", true);
}
