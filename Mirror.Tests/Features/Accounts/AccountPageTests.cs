using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Features.Accounts;

public sealed class AccountPageTests : UiFixture
{
    [Fact]
    public void Account_WithoutASession_RedirectsToSignIn()
    {
        Navigation.NavigateTo("account");
        var page = Render<AccountPage>();

        Assert.Equal("You are not signed in", page.Find("h1").TextContent);
        Assert.Equal("sign-in?returnUrl=%2Faccount", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public void Account_OfTheAdminToken_HasNoUserTokens()
    {
        SignIn();

        var page = Render<AccountPage>();

        Assert.Equal(
            ["The admin token", "Administrator of this instance"],
            page.FindAll(".facts dd").Select(fact => fact.TextContent.Trim()));
        Assert.Empty(page.FindAll("#tokens"));
    }

    [Fact]
    public async Task Account_OfAUser_ShowsTheirRoles()
    {
        await SignInAsUserAsync("alice");
        await GiveAsync("alice", Role.Deployer);

        var page = Render<AccountPage>();

        Assert.Equal(["default", "Deployer"], page.FindAll("tbody td").Select(cell => cell.TextContent));
        Assert.Equal("account/password", page.Find("p > a.button").GetAttribute("href"));
        Assert.Equal("None yet.", page.Find("section[aria-labelledby=tokens] > .muted:last-child").TextContent);
    }

    [Fact]
    public async Task Token_Created_IsShownOnceAndWorksUntilRevoked()
    {
        await SignInAsUserAsync("alice");
        var dialogs = Render<MudDialogProvider>();
        var page = Render<AccountPage>();

        await page.Find("#token-name").InputAsync(" laptop ");
        await page.Find("#token-lifetime").ChangeAsync("7");
        await page.Find("form.create").SubmitAsync();
        string token = page.Find(".given pre").TextContent;
        Assert.Equal("alice", (await FindAsync(token))!.Principal.Name);
        Assert.Equal("laptop", page.Find(".tokens strong").TextContent);
        Assert.Contains("never used", page.Find(".tokens .muted").TextContent, StringComparison.Ordinal);
        Assert.Contains("expires 2026-01-08", page.Find(".tokens .muted").TextContent, StringComparison.Ordinal);

        await page.Find(".given > button").ClickAsync(new());
        Assert.DoesNotContain(token, page.Markup, StringComparison.Ordinal);

        var keeping = page.Find(".tokens button").ClickAsync(new());
        Assert.StartsWith("The token laptop (mirror_", dialogs.WaitForElement(".confirm p").TextContent, StringComparison.Ordinal);
        await dialogs.Find(".confirm button:not(.danger)").ClickAsync(new());
        await keeping;
        Assert.NotNull(await FindAsync(token));

        var revoking = page.Find(".tokens button").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await revoking;
        Assert.Null(await FindAsync(token));
        Assert.StartsWith("Revoked the token laptop", Services.GetRequiredService<Notifications>().Current!.Text, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".tokens"));
    }

    [Fact]
    public async Task Token_RequestedAfterTheSessionEnded_IsNotCreatedAndShowsTheReason()
    {
        var user = await SignInAsUserAsync("alice");
        var page = Render<AccountPage>();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await page.Find("#token-name").InputAsync("laptop");
        await page.Find("form.create").SubmitAsync();

        Assert.StartsWith("Nothing was changed", Services.GetRequiredService<Notifications>().Current!.Text, StringComparison.Ordinal);
        Assert.Equal("You are not signed in", page.Find("h1").TextContent);
    }

    private ValueTask<AccessSubject?> FindAsync(string token) =>
        Services.GetRequiredService<AccessTokens>().FindSubjectAsync(token, CancellationToken.None);

    private async Task GiveAsync(string user, Role role)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        long id = db.Principals.Single(row => row.Name == user).Id;
        db.Memberships.Add(new MembershipRow { NamespaceId = MirrorDbContext.DefaultGroupId, PrincipalId = id, Role = role });
        await db.SaveChangesAsync();
        Services.GetRequiredService<AccessChanges>().Publish();
    }
}
