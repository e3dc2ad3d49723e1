using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

/// <param name="MayGrant">The highest role that the user may grant.</param>
/// <param name="Tokens">The tokens of all accounts.</param>
public sealed record ServiceAccountsContent(
    Role MayGrant, IReadOnlyList<ServiceAccount> Accounts, IReadOnlyList<AccessToken> Tokens, IReadOnlyList<ServiceAccountIdentity> Trusts)
{
    public IReadOnlyList<AccessToken> TokensOf(ServiceAccount account) =>
        [.. Tokens.Where(token => token.Principal.Name == account.Principal)];
}

/// <summary>The service accounts of a group or workspace, their tokens, and the issuers that they trust.</summary>
public sealed partial class ServiceAccountsPage(ServiceAccounts accounts, ServiceAccountTokens tokens, FederatedIdentities trusts)
{
    private string _name = "";
    private Role _role = Role.Viewer;
    private string? _problem;
    private int _lifetime = TokenLifetime.Default;
    private (string Account, string Text)? _made;
    private bool _justMade;
    private ElementReference _madeHeading;

    protected override AccessAction Needs => AccessAction.ManageMembers;

    protected override async Task<ServiceAccountsContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        Enum.GetValues<Role>().Where(role => AccessPolicy.MayGrant(user, role, scope)).Max(),
        await accounts.ListAsync(scope, cancellationToken),
        await tokens.ListAsync(scope, cancellationToken),
        await trusts.ListAsync(scope, cancellationToken));

    protected override void Reset() => (_name, _problem, _made) = ("", null, null);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_justMade)
        {
            _justMade = false;
            await _madeHeading.FocusAsync();
        }
    }

    private async Task CreateAsync()
    {
        string name = _name.Trim();
        if (!NamespacePath.IsName(name))
        {
            _problem = $"“{name}” is not a name. {NamespaceForm.NameHint}";
            return;
        }

        var result = await ChangeAsync(
            (scope, by) => accounts.CreateAsync(scope, name, _role, by, CancellationToken.None),
            outcome => outcome switch
            {
                ServiceAccountOutcome.Created => new Notification($"Created {name}. Create a token to use it.", false),
                ServiceAccountOutcome.ExceedsOwnRole => new Notification("You cannot grant a role higher than your own.", true),
                _ => null,
            });
        _problem = result is { IsPermitted: true, Outcome: ServiceAccountOutcome.AlreadyExists }
            ? $"The service account {name} already exists."
            : null;
        if (_problem is null)
        {
            _name = "";
        }
    }

    private async Task CreateTokenAsync(ServiceAccount account)
    {
        var request = new ServiceAccountTokenRequest(null, null, TokenLifetime.Of(_lifetime), account.Name);
        var result = await ChangeAsync(
            (scope, by) => tokens.CreateAsync(scope, request, by, CancellationToken.None),
            made => made.Outcome switch
            {
                TokenOutcome.Created => null,
                TokenOutcome.ExceedsOwnRole =>
                    new Notification($"No token was created: {account.Name} has a role that you may not grant.", true),
                _ => new Notification($"No token was created: {account.Name} has been deleted.", true),
            });
        if (result.Outcome is { Token: { } token })
        {
            _made = (account.Principal, token.Token);
            _justMade = true;
        }
    }

    private async Task RevokeAsync(ServiceAccount account, AccessToken token)
    {
        var text = new DeletionText(
            $"The token {token.Name} ({token.Prefix}…) of {account.Principal} stops working immediately.",
            [],
            "Its clients need another token.");
        if (await ConfirmAsync("Revoke token", "Revoke", text))
        {
            await ChangeAsync(
                (scope, by) => tokens.RevokeAsync(scope, token.Id, by.Principal, CancellationToken.None),
                _ => new Notification($"Revoked the token {token.Name}.", false));
        }
    }

    private async Task DeleteAsync(ServiceAccount account)
    {
        var text = new DeletionText(
            $"Delete {account.Principal}, its tokens, trusted issuers and roles?",
            [.. Content!.TokensOf(account).Select(token => $"token {token.Name} ({token.Prefix}…)")],
            "This cannot be undone. The audit log keeps its name.");
        if (await ConfirmAsync("Delete service account", "Delete", text))
        {
            await ChangeAsync(
                (scope, by) => accounts.DeleteAsync(scope, account.Name, by.Principal, CancellationToken.None),
                _ => new Notification($"Deleted {account.Principal}.", false));
        }
    }

    private async Task<bool> TrustAsync(WantedTrust wanted)
    {
        var result = await ChangeAsync(
            (scope, by) => trusts.AddAsync(
                scope, wanted.Account, wanted.Issuer, wanted.Audience, wanted.Conditions, by, CancellationToken.None),
            added => added.Outcome switch
            {
                TrustOutcome.Added => new Notification($"{wanted.Account} accepts tokens of {wanted.Issuer}.", false),
                TrustOutcome.ExceedsOwnRole =>
                    new Notification($"Nothing was changed: {wanted.Account} has a role that you may not grant.", true),
                _ => new Notification($"Nothing was changed: {wanted.Account} has been deleted.", true),
            });
        return result.Outcome is { Outcome: TrustOutcome.Added };
    }

    private async Task DistrustAsync(ServiceAccountIdentity trust)
    {
        var text = new DeletionText(
            $"Tokens of {trust.Identity.Issuer} are no longer accepted as {trust.Account}.",
            TrustedIssuers.Conditions(trust.Identity),
            "Clients that use them are denied immediately.");
        if (await ConfirmAsync("Remove trust", "Remove", text))
        {
            await ChangeAsync(
                (scope, by) => trusts.RemoveAsync(scope, trust.Account, trust.Identity.Id, by.Principal, CancellationToken.None),
                _ => new Notification($"{trust.Account} no longer accepts tokens of {trust.Identity.Issuer}.", false));
        }
    }
}
