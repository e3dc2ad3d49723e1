using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Accounts;

/// <param name="Users">Null if the user may not see other users.</param>
public sealed record UsersContent(IReadOnlyList<User>? Users);

/// <summary>The instance's users: create, reset the password, make administrator, delete.</summary>
public sealed partial class UsersPage(Users users, CurrentUser current, IDialogService dialogs, Notifications notifications)
{
    private string _name = "";
    private bool _isAdmin;
    private string? _nameError;
    private (string Name, string Password)? _given;
    private bool _justGiven;
    private ElementReference _givenHeading;

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public UsersContent? Loaded { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Loaded ??= await LoadAsync();
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
            _nameError = "Use letters, digits and ._@+- only, such as alice or alice@example.com.";
            return;
        }

        var password = NewPassword.Generate();
        var done = await ChangeAsync(by => users.CreateAsync(name, password, isTemporary: true, _isAdmin, by, CancellationToken.None));
        _nameError = done is { IsPermitted: true, Outcome: UserChange.NameTaken } ? $"The user {name} already exists." : null;
        if (_nameError is null)
        {
            (_name, _isAdmin) = ("", false);
            await ShowAsync(done, $"Created {name}.", (name.Value, password.Text));
        }
    }

    private async Task ResetAsync(User user)
    {
        var text = new DeletionText(
            $"Reset the password of {user.Name}?",
            [],
            "The current password stops working, and the user is signed out of every browser. Access tokens remain valid.");
        if (await ConfirmAsync($"Reset password of {user.Name}", "Reset password", text))
        {
            var password = NewPassword.Generate();
            await ShowAsync(
                await ChangeAsync(by => users.ResetPasswordAsync(UserName.Parse(user.Name), password, by, CancellationToken.None)),
                $"{user.Name} has a new password.",
                (user.Name, password.Text));
        }
    }

    private async Task ToggleAdminAsync(User user) => await ShowAsync(
        await ChangeAsync(by => users.SetAdminAsync(UserName.Parse(user.Name), !user.Admin, by, CancellationToken.None)),
        user.Admin ? $"{user.Name} is no longer an administrator." : $"{user.Name} is now an administrator.",
        null);

    private async Task DeleteAsync(User user)
    {
        var text = new DeletionText(
            $"Delete {user.Name}?", [], "Their sessions, access tokens and roles are deleted too. The audit log keeps their name.");
        if (await ConfirmAsync($"Delete {user.Name}", "Delete user", text))
        {
            await ShowAsync(
                await ChangeAsync(by => users.DeleteAsync(UserName.Parse(user.Name), by, CancellationToken.None)),
                $"Deleted {user.Name}.",
                null);
        }
    }

    private async Task<UsersContent> LoadAsync() =>
        new(await current.FindAdminAsync() is null ? null : await users.ListAsync(CancellationToken.None));

    /// <summary>Changes users if the caller is an administrator, regardless of what the page shows.</summary>
    private async Task<ChangeResult<UserChange>> ChangeAsync(Func<Principal, Task<UserChange>> change) =>
        await current.FindAdminAsync() is { } admin ? new ChangeResult<UserChange>(true, await change(admin.Principal)) : default;

    private async Task ShowAsync(ChangeResult<UserChange> done, string text, (string Name, string Password)? given)
    {
        _given = done is { IsPermitted: true, Outcome: UserChange.Done } ? given : null;
        _justGiven = _given is not null;
        notifications.Show(done switch
        {
            { IsPermitted: true, Outcome: UserChange.Done } => new Notification(text, false),
            { IsPermitted: false } =>
                new Notification("Nothing was changed: you are not an administrator, or your session has ended.", true),
            { Outcome: UserChange.NotFound } => new Notification("Nothing was changed: the user has been deleted.", true),
            _ => new Notification("Nothing was changed.", true),
        });
        Loaded = await LoadAsync();
    }

    private Task<bool> ConfirmAsync(string title, string action, DeletionText text) =>
        ConfirmDeletion.AskAsync(dialogs, title, action, text);
}
