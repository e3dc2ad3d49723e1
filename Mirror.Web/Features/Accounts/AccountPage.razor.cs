using Microsoft.AspNetCore.Components;
using Mirror.Core.Database;

namespace Mirror.Web.Features.Accounts;

/// <summary>Who the visitor is, and what they may do.</summary>
public sealed partial class AccountPage(AccountLoader loader)
{
    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public AccountView? Loaded { get; set; }

    private string SignsInWith => Loaded switch
    {
        { Account.Kind: PrincipalKind.Admin } => "The admin token",
        { User.Issuer: { } issuer } => issuer,
        _ => "A password",
    };

    protected override async Task OnInitializedAsync() => Loaded ??= await loader.LoadAsync(CancellationToken.None);

    private async Task LoadAsync() => Loaded = await loader.LoadAsync(CancellationToken.None);
}
