using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Features.Accounts;

/// <summary>The instance's users: create, give a new password, make administrator, delete.</summary>
public sealed partial class UsersPage(UserAdministration administration, DialogService dialogs, Notices notices)
{
    private string _name = "";
    private bool _isAdmin;
    private string? _nameError;
    private (string Name, string Password)? _given;
    private bool _justGiven;
    private ElementReference _givenHeading;

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public UsersContent? Loaded { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Loaded ??= await administration.ListAsync(CancellationToken.None);
        if (Loaded.Users is null)
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_justGiven)
        {
            _justGiven = false;
            await _givenHeading.FocusAsync();
        }
    }

    private async Task CreateAsync()
    {
        if (!UserName.TryParse(_name, out var name))
        {
            _nameError = "Expected letters, digits and ._@+- only, such as alice or alice@example.com.";
            return;
        }

        var password = NewPassword.Generate();
        var done = await administration.CreateAsync(name, password, _isAdmin);
        _nameError = done is { IsPermitted: true, Change: UserChange.NameTaken } ? $"There is a user {name} already." : null;
        if (_nameError is null)
        {
            (_name, _isAdmin) = ("", false);
            await ShowAsync(done, $"Created {name}.", (name.Value, password.Text));
        }
    }

    private async Task ResetAsync(User user)
    {
        var text = new DeletionText($"Give {user.Name} a new password?", [], "The present one stops working, and every browser they are signed in with is signed out. Their access tokens stay.");
        if (await ConfirmAsync($"New password for {user.Name}", "Give a new password", text))
        {
            var password = NewPassword.Generate();
            await ShowAsync(await administration.ResetPasswordAsync(UserName.Parse(user.Name), password), $"{user.Name} has a new password.", (user.Name, password.Text));
        }
    }

    private async Task ToggleAdminAsync(User user) => await ShowAsync(
        await administration.SetAdminAsync(UserName.Parse(user.Name), !user.Admin),
        user.Admin ? $"{user.Name} is no administrator any more." : $"{user.Name} is an administrator now.",
        null);

    private async Task DeleteAsync(User user)
    {
        var text = new DeletionText($"Delete {user.Name}?", [], "Their sessions, access tokens and roles go with them. What they did keeps their name.");
        if (await ConfirmAsync($"Delete {user.Name}", "Delete user", text))
        {
            await ShowAsync(await administration.DeleteAsync(UserName.Parse(user.Name)), $"Deleted {user.Name}.", null);
        }
    }

    private async Task ShowAsync(Administered done, string text, (string Name, string Password)? given)
    {
        _given = done.IsDone ? given : null;
        _justGiven = _given is not null;
        notices.Leave(done switch
        {
            { IsDone: true } => new Notice(text, false),
            { IsPermitted: false } => new Notice("Nothing was changed: only administrators may, and your session may have ended.", true),
            { Change: UserChange.NotFound } => new Notice("Nothing was changed: that user has been deleted meanwhile.", true),
            _ => new Notice("Nothing was changed.", true),
        });
        Loaded = await administration.ListAsync(CancellationToken.None);
    }

    private Task<bool> ConfirmAsync(string title, string action, DeletionText text) => ConfirmDeletion.AskAsync(dialogs, title, action, text);
}
