using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Accounts;

/// <param name="Users">Null if the user may not see other users.</param>
public sealed record UsersContent(IReadOnlyList<User>? Users);

/// <summary>The instance's users: create, reset the password, make administrator, delete.</summary>
public sealed partial class UsersPage(Users users, CurrentUser current, IDialogService dialogs, Notifications notifications)
{
    private const int SearchedAbove = 10;
    private const int PassedUsers = 200;

    private UsersContent? _content;
    private string? _search;

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Query { get; set; }

    /// <summary>Passed from the prerendered page to the circuit; null if it is too much for that, and loaded again.</summary>
    [PersistentState]
    public UsersContent? Passed { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _search = Query;
        _content = Passed;
        if (_content is null)
        {
            await LoadAsync();
        }

        if (_content is { Users: null })
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    private void Find(string? text)
    {
        _search = text;
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);
    }

    private async Task AddAsync()
    {
        (UserName Name, NewPassword Password)? created = null;
        var dialog = await dialogs.ShowAsync<UserDialog>(
            Texts.NewUser,
            new DialogParameters<UserDialog>
            {
                {
                    x => x.Create,
                    async (name, isAdmin) =>
                    {
                        var password = NewPassword.Generate();
                        var done = await ChangeAsync(
                            by => users.CreateAsync(name, password, isTemporary: true, isAdmin, by, CancellationToken.None));
                        if (done is { IsPermitted: true, Outcome: UserChange.NameTaken })
                        {
                            return Texts.UserExists.With(name);
                        }

                        created = await ShowAsync(done, Texts.CreatedUser.With(name)) ? (name, password) : null;
                        return null;
                    }
                },
            },
            FormDialog.Options);
        await dialog.Result;
        if (created is var (user, given))
        {
            await ShowPasswordAsync(user, given);
        }
    }

    private async Task ResetAsync(User user)
    {
        var name = UserName.Parse(user.Name);
        int tokens = (await users.CountAsync(name, CancellationToken.None)).Tokens;
        if (await ResetPasswordDialog.AskAsync(dialogs, Texts.ResetPasswordOf.With(name), tokens) is not { } revokes)
        {
            return;
        }

        var password = NewPassword.Generate();
        var done = await ChangeAsync(by => users.ResetPasswordAsync(name, password, revokes, by, CancellationToken.None));
        if (await ShowAsync(done, (revokes ? Texts.PasswordResetAndRevoked : Texts.PasswordWasReset).With(name)))
        {
            await ShowPasswordAsync(name, password);
        }
    }

    private Task ShowPasswordAsync(UserName name, NewPassword password) => SecretDialog.ShowAsync(
        dialogs, Texts.PasswordOf.With(name), Texts.TemporaryPasswordCaption, password.Text, Texts.TemporaryPasswordUse);

    private async Task ToggleAdminAsync(User user) => await ShowAsync(
        await ChangeAsync(by => users.SetAdminAsync(UserName.Parse(user.Name), !user.Admin, by, CancellationToken.None)),
        (user.Admin ? Texts.NoAdministratorAnyMore : Texts.IsAdministratorNow).With(user.Name));

    private async Task DeleteAsync(User user)
    {
        var name = UserName.Parse(user.Name);
        var content = await users.CountAsync(name, CancellationToken.None);
        (int Count, string One, string Several)[] items =
        [
            (content.Sessions, Texts.OneSession, Texts.SessionCount),
            (content.Tokens, Texts.OneAccessToken, Texts.AccessTokenCount),
            (content.Roles, Texts.OneRole, Texts.RoleCount),
        ];
        var text = new DeletionText(
            Texts.DeleteUserQuestion.With(name),
            [.. items.Where(item => item.Count > 0).Select(item => TextFormat.Count(item.Count, item.One, item.Several))],
            Texts.DeleteUserConsequence);
        if (await ConfirmDeletion.AskAsync(dialogs, Texts.DeleteUserTitle.With(name), Texts.DeleteUser, text))
        {
            await ShowAsync(
                await ChangeAsync(by => users.DeleteAsync(name, by, CancellationToken.None)), Texts.DeletedUser.With(name));
        }
    }

    private async Task LoadAsync()
    {
        _content = new UsersContent(await current.FindAdminAsync() is null ? null : await users.ListAsync(CancellationToken.None));
        Passed = _content.Users?.Count > PassedUsers ? null : _content;
    }

    /// <summary>Changes users if the caller is an administrator, regardless of what the page shows.</summary>
    private async Task<ChangeResult<UserChange>> ChangeAsync(Func<Principal, Task<UserChange>> change) =>
        await current.FindAdminAsync() is { } admin ? new ChangeResult<UserChange>(true, await change(admin.Principal)) : default;

    /// <summary>Shows what a change did, and the users after it.</summary>
    /// <returns>Whether it was made.</returns>
    private async Task<bool> ShowAsync(ChangeResult<UserChange> done, string text)
    {
        notifications.Show(done switch
        {
            { IsPermitted: true, Outcome: UserChange.Done } => new Notification(text, false),
            { IsPermitted: false } => new Notification(Texts.NotAdministrator, true),
            { Outcome: UserChange.NotFound } => new Notification(Texts.UserGone, true),
            _ => new Notification(Texts.NothingChanged, true),
        });
        await LoadAsync();
        // The change may come from a dialog, which renders only itself.
        StateHasChanged();
        return done is { IsPermitted: true, Outcome: UserChange.Done };
    }
}
