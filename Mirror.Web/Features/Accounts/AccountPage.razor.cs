using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <param name="User">Null for the holder of the admin token, and if not signed in.</param>
public sealed record AccountContent(Account Account, User? User, IReadOnlyList<AccessToken> Tokens);

/// <summary>The account of the user and their roles.</summary>
public sealed partial class AccountPage(CurrentUser current, Subjects subjects, Users users, AccessTokens tokens)
{
    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public AccountContent? Loaded { get; set; }

    private string SignsInWith => Loaded switch
    {
        { Account.Kind: PrincipalKind.Admin } => "The admin token",
        { User.Issuer: { } issuer } => issuer,
        _ => "A password",
    };

    protected override async Task OnInitializedAsync() => Loaded ??= await FindAsync();

    private async Task LoadAsync() => Loaded = await FindAsync();

    private async Task<AccountContent> FindAsync()
    {
        var subject = await current.FindSubjectAsync();
        return new AccountContent(
            await subjects.DescribeAsync(subject, CancellationToken.None),
            subject.PrincipalId is { } id ? await users.FindAsync(id, CancellationToken.None) : null,
            await tokens.ListAsync(subject, CancellationToken.None));
    }
}
