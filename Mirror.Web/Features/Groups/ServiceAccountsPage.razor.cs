using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Groups;

/// <param name="MayGrant">The highest role that the user may grant.</param>
/// <param name="Tokens">The tokens of all accounts.</param>
public sealed record ServiceAccountsContent(
    Role MayGrant, IReadOnlyList<ServiceAccount> Accounts, IReadOnlyList<AccessToken> Tokens, IReadOnlyList<ServiceAccountIdentity> Trusts);

/// <summary>The service accounts of a group or workspace, their tokens, and the issuers that they trust.</summary>
public sealed partial class ServiceAccountsPage(ServiceAccounts accounts, ServiceAccountTokens tokens, FederatedIdentities trusts)
{
    protected override AccessAction Needs => AccessAction.ManageMembers;

    protected override async Task<ServiceAccountsContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        Enum.GetValues<Role>().Where(role => AccessPolicy.MayGrant(user, role, scope)).Max(),
        await accounts.ListAsync(scope, cancellationToken),
        await tokens.ListAsync(scope, cancellationToken),
        await trusts.ListAsync(scope, cancellationToken));

    protected override int CountItems(ServiceAccountsContent content) =>
        content.Accounts.Count + content.Tokens.Count + content.Trusts.Count;

    private Task AddAsync() => ShowFormAsync<ServiceAccountDialog>(
        Texts.NewServiceAccount,
        new DialogParameters<ServiceAccountDialog> { { x => x.MayGrant, Content!.MayGrant }, { x => x.Create, CreateAsync } });

    private async Task<string?> CreateAsync(string name, Role role)
    {
        var result = await ChangeAsync(
            (scope, by) => accounts.CreateAsync(scope, name, role, by, CancellationToken.None),
            outcome => outcome switch
            {
                ServiceAccountOutcome.Created => new Notification(Texts.ServiceAccountCreated.With(name), false),
                ServiceAccountOutcome.ExceedsOwnRole => new Notification(Texts.NoHigherRole, true),
                _ => null,
            });
        return result is { IsPermitted: true, Outcome: ServiceAccountOutcome.AlreadyExists }
            ? Texts.ServiceAccountExists.With(name)
            : null;
    }

    private async Task CreateTokenAsync(ServiceAccount account)
    {
        if (await TokenDialog.AskAsync(Dialogs, Texts.NewTokenFor.With(account.Principal)) is not { } wanted)
        {
            return;
        }

        var request = new ServiceAccountTokenRequest(wanted.Name, null, wanted.Lifetime, account.Name);
        var result = await ChangeAsync(
            (scope, by) => tokens.CreateAsync(scope, request, by, CancellationToken.None),
            made => made.Outcome switch
            {
                TokenOutcome.Created => null,
                TokenOutcome.ExceedsOwnRole => new Notification(Texts.NoTokenHigherRole.With(account.Name), true),
                _ => new Notification(Texts.NoTokenDeleted.With(account.Name), true),
            });
        if (result.Outcome is { Token: { } token })
        {
            await NewSecret.ShowTokenAsync(Dialogs, token, Preferences);
        }
    }

    private async Task RevokeAsync(AccessToken token)
    {
        var text = new DeletionText(
            Texts.RevokeQuestion.With(token.Name, token.Prefix, token.Principal.Name), [], Texts.RevokeConsequence);
        if (await ConfirmAsync(Texts.RevokeToken, Texts.Revoke, text))
        {
            await ChangeAsync(
                (scope, by) => tokens.RevokeAsync(scope, token.Id, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.Revoked.With(token.Name), false));
        }
    }

    private async Task DeleteAsync(ServiceAccount account)
    {
        var text = new DeletionText(
            Texts.DeleteServiceAccountQuestion.With(account.Principal),
            [
                .. Content!.Tokens.Where(token => token.Principal.Name == account.Principal)
                    .Select(token => Texts.TokenItem.With(token.Name, token.Prefix)),
                .. Content.Trusts.Where(trust => trust.Account == account.Name)
                    .Select(trust => Texts.TrustItem.With(trust.Identity.Issuer)),
            ],
            Texts.DeleteServiceAccountConsequence);
        if (await ConfirmAsync(Texts.DeleteServiceAccount, Ui.Texts.Delete, text))
        {
            await ChangeAsync(
                (scope, by) => accounts.DeleteAsync(scope, account.Name, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.Deleted.With(account.Principal), false));
        }
    }

    private Task TrustAsync(ServiceAccount account) => ShowFormAsync<TrustDialog>(
        Texts.TrustIssuerFor.With(account.Principal),
        new DialogParameters<TrustDialog>
        {
            { x => x.Add, (issuer, audience, conditions) => TrustAsync(account.Name, issuer, audience, conditions) },
        });

    private async Task<bool> TrustAsync(string account, string issuer, string audience, ClaimConditions conditions)
    {
        var result = await ChangeAsync(
            (scope, by) => trusts.AddAsync(scope, account, issuer, audience, conditions, by, CancellationToken.None),
            added => added.Outcome switch
            {
                TrustOutcome.Added => new Notification(Texts.TrustAdded.With(account, issuer), false),
                TrustOutcome.ExceedsOwnRole => new Notification(Texts.NoTrustHigherRole.With(account), true),
                _ => new Notification(Texts.NoTrustDeleted.With(account), true),
            });
        return result is { IsPermitted: false } or { Outcome.Outcome: TrustOutcome.Added };
    }

    private async Task DistrustAsync(ServiceAccountIdentity trust)
    {
        var text = new DeletionText(
            Texts.RemoveTrustQuestion.With(trust.Identity.Issuer, trust.Account),
            TrustedIssuers.Conditions(trust.Identity),
            Texts.RemoveTrustConsequence);
        if (await ConfirmAsync(Texts.RemoveTrust, Texts.Remove, text))
        {
            await ChangeAsync(
                (scope, by) => trusts.RemoveAsync(scope, trust.Account, trust.Identity.Id, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.TrustRemoved.With(trust.Account, trust.Identity.Issuer), false));
        }
    }
}
