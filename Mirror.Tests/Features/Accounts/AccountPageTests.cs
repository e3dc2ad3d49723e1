using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Accounts;

public sealed class AccountPageTests : UiFixture
{
    private Notification? Notification => Services.GetRequiredService<Notifications>().Current;

    [Fact]
    public void Account_WithoutASession_LinksToSignIn()
    {
        Navigation.NavigateTo("account");
        var page = Render<AccountPage>();

        Assert.Equal("You are not signed in", page.Find("h1").TextContent);
        Assert.Equal("sign-in?returnUrl=%2Faccount", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public void Account_OfTheAdminToken_HasNoTokensAndNoSessions()
    {
        SignIn();

        var page = Render<AccountPage>();

        Assert.Equal(
            ["The administrator token", "Administrator of this instance"], page.FindAll("dd").Select(fact => fact.TextContent.Trim()));
        Assert.Empty(page.FindAll("#tokens"));
        Assert.Empty(page.FindAll("#sessions"));
        Assert.DoesNotContain("Create token", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_OfAUser_ShowsTheirRoles()
    {
        await SignInAsUserAsync("alice");
        await GiveAsync("alice", Role.Deployer);

        var page = Render<AccountPage>();

        Assert.Equal([["default", "Deployer"]], Overlays.Rows(page.Find("table[aria-label=Roles]")));
        Assert.Equal("account/password", page.Find(".page-actions a").GetAttribute("href"));
        Assert.Contains("No access tokens yet.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_Created_IsShownOnceAndWorksUntilRevoked()
    {
        await SignInAsUserAsync("alice");
        var overlays = new Overlays(this);
        var page = Render<AccountPage>();

        var creating = PressAsync(page, "Create token");
        await overlays.Field("What for").ChangeAsync(" laptop ");
        await overlays.SubmitAsync();
        await creating;
        string token = overlays.Dialogs.WaitForElement("pre").TextContent;
        Assert.Equal("alice", (await FindAsync(token))!.Principal.Name);
        var row = Assert.Single(Overlays.Rows(page.Find("table[aria-label='Access tokens']")));
        Assert.Equal([$"laptop {token[..12]}…", "just now", "never", "2026-04-01"], row);

        await overlays.PressAsync("Done");
        Assert.DoesNotContain(token, page.Markup + overlays.Dialogs.Markup, StringComparison.Ordinal);

        var keeping = overlays.ChooseAsync(page, $"Actions for laptop {token[..12]}", "Revoke");
        Assert.StartsWith("The token laptop (mirror_", overlays.Dialogs.WaitForElement(".confirm p").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Cancel");
        await keeping;
        Assert.NotNull(await FindAsync(token));

        var revoking = overlays.ChooseAsync(page, $"Actions for laptop {token[..12]}", "Revoke");
        await overlays.PressAsync("Revoke");
        await revoking;
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table[aria-label='Access tokens']")));
        Assert.Equal("Revoked the token laptop.", Notification!.Text);
        Assert.Null(await FindAsync(token));
    }

    [Fact]
    public async Task Token_RequestedAfterTheSessionEnded_IsNotCreatedAndShowsTheReason()
    {
        var user = await SignInAsUserAsync("alice");
        var overlays = new Overlays(this);
        var page = Render<AccountPage>();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        var creating = PressAsync(page, "Create token");
        await overlays.Field("What for").ChangeAsync("laptop");
        await overlays.SubmitAsync();
        await creating;

        Assert.StartsWith("Nothing was changed", Notification!.Text, StringComparison.Ordinal);
        Assert.Equal("You are not signed in", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task Session_OfAnotherBrowser_IsListedAndEnds()
    {
        var other = await SignInAsUserAsync("alice");
        await SignInAgainAsync("alice");
        var overlays = new Overlays(this);
        var page = Render<AccountPage>();
        Assert.Equal(
            ["this browser", "another browser"], Overlays.Rows(page.Find("table[aria-label=Sessions]")).Select(row => row[2]));

        string menu = page.Find("table[aria-label=Sessions] button").GetAttribute("aria-label")!;
        await overlays.ChooseAsync(page, menu, "End session");

        Assert.Null(await Services.GetRequiredService<Sessions>().FindAsync(other, CancellationToken.None));
        Assert.Equal("Ended the session.", Notification!.Text);
        Assert.Equal(["this browser"], Overlays.Rows(page.Find("table[aria-label=Sessions]")).Select(row => row[2]));
    }

    [Theory]
    [InlineData(null, null, "never", "never")]
    [InlineData(-1, 2, "1 hour ago", "2026-01-01")]
    [InlineData(-3, -1, "3 hours ago", "expired")]
    public void Token_InTheTable_ShowsLastUseAndExpiry(int? used, int? expires, string lastUsed, string end)
    {
        DateTimeOffset? At(int? hours) => hours is { } known ? Time.GetUtcNow().AddHours(known) : null;

        var table = Render<TokenTable>(parameters => parameters
            .Add(x => x.Label, "Tokens")
            .Add(x => x.Tokens, [new AccessToken(1, "laptop", Principal.Admin, "mirror_a", Time.GetUtcNow(), "mira", At(expires), At(used))]));

        Assert.Equal(["laptop mirror_a…", "just now", lastUsed, end], Assert.Single(Overlays.Rows(table.Find("table"))));
    }

    private static Task PressAsync(IRenderedComponent<AccountPage> page, string button) =>
        page.FindAll("button").Single(element => element.TextContent.Trim() == button).ClickAsync(new());

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
