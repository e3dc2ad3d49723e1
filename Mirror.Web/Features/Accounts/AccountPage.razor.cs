using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Accounts;

/// <param name="User">Null for the holder of the administrator token, and if not signed in.</param>
public sealed record AccountContent(
    Account Account, User? User, IReadOnlyList<AccessToken> Tokens, IReadOnlyList<OpenSession> Sessions);

/// <summary>The account of the user: roles, access tokens, and the browsers in which they are signed in.</summary>
public sealed partial class AccountPage(
    CurrentUser current,
    Subjects subjects,
    Users users,
    AccessTokens tokens,
    Sessions sessions,
    UserSessions stored,
    AuthenticationStateProvider authentication,
    IDialogService dialogs,
    Notifications notifications)
{
    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public AccountContent? Loaded { get; set; }

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    private string SignsInWith => Loaded switch
    {
        { Account.Kind: PrincipalKind.Admin } => Texts.TheAdminToken,
        { User.Issuer: { } issuer } => issuer,
        _ => Texts.APassword,
    };

    protected override async Task OnInitializedAsync()
    {
        if (Loaded is null)
        {
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var subject = await current.FindSubjectAsync();
        var state = await authentication.GetAuthenticationStateAsync();
        Loaded = new AccountContent(
            await subjects.DescribeAsync(subject, CancellationToken.None),
            subject.PrincipalId is { } id ? await users.FindAsync(id, CancellationToken.None) : null,
            await tokens.ListAsync(subject, CancellationToken.None),
            await sessions.ListAsync(subject, state.User, CancellationToken.None));
    }

    private async Task CreateTokenAsync()
    {
        if (await TokenDialog.AskAsync(dialogs, Texts.CreateToken) is not { } wanted)
        {
            return;
        }

        var subject = await current.FindSubjectAsync();
        var created = subject.PrincipalId is { } id
            ? await tokens.CreateAsync(id, wanted.Name, wanted.Lifetime, subject.Principal, CancellationToken.None)
            : null;
        notifications.Show(created is null ? Ended : new Notification(Texts.TokenCreated.With(wanted.Name), false));
        await LoadAsync();
        if (created is not null)
        {
            await NewSecret.ShowTokenAsync(dialogs, created, Preferences);
        }
    }

    private async Task RevokeTokenAsync(AccessToken token)
    {
        var text = new DeletionText(Texts.RevokeQuestion.With(token.Name, token.Prefix), [], Texts.RevokeConsequence);
        if (await ConfirmDeletion.AskAsync(dialogs, Texts.RevokeToken, Texts.Revoke, text))
        {
            var subject = await current.FindSubjectAsync();
            bool revoked = subject.PrincipalId is { } id
                && await tokens.RevokeAsync(id, token.Id, subject.Principal, CancellationToken.None);
            notifications.Show(revoked ? new Notification(Texts.TokenRevoked.With(token.Name), false) : Ended);
            await LoadAsync();
        }
    }

    private async Task EndSessionAsync(OpenSession session)
    {
        var subject = await current.FindSubjectAsync();
        bool ended = subject.PrincipalId is { } id && await stored.EndAsync(id, session.Id, subject.Principal, CancellationToken.None);
        notifications.Show(ended ? new Notification(Texts.SessionEnded, false) : Ended);
        await LoadAsync();
    }

    private static Notification Ended => new(Texts.NothingChangedEnded, true);
}
