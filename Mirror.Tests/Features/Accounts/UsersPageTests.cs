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

public sealed class UsersPageTests : UiFixture
{
    private Users Users => Services.GetRequiredService<Users>();

    private Notification? Notification => Services.GetRequiredService<Notifications>().Current;

    [Fact]
    public async Task Users_ForNonAdministrators_ShowAccessDenied()
    {
        await SignInAsUserAsync("alice");

        var page = Render<UsersPage>();

        Assert.Equal("Only administrators see the users", page.Find("h1").TextContent);
        Assert.DoesNotContain("alice", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_WithoutAnyUser_ExplainsTheAdminToken()
    {
        SignIn();

        Assert.Equal("There are no users yet", Render<UsersPage>().Find("h2").TextContent);
    }

    [Fact]
    public async Task User_Created_ShowsATemporaryPasswordOnce()
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();

        var creating = PressAsync(page, "New user");
        await overlays.Field("Name").ChangeAsync("alice");
        await overlays.Choice("Administrator").ChangeAsync(true);
        await overlays.SubmitAsync();
        await creating;

        string password = overlays.Dialogs.WaitForElement("pre").TextContent;
        Assert.NotNull(
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync("alice", password, null, CancellationToken.None));
        Assert.Equal(["yes", "Password", "temporary password"], Assert.Single(Rows(page)).Skip(1).Take(3));
        await overlays.PressAsync("Done");
        Assert.DoesNotContain(password, page.Markup + overlays.Dialogs.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("al ice", "Use letters, digits and ._@+- only")]
    [InlineData("alice", "The user alice already exists.")]
    public async Task User_WithAnInvalidName_IsNotCreatedAndTheFieldSaysWhy(string name, string problem)
    {
        await AddAsync("alice");
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();

        var creating = PressAsync(page, "New user");
        await overlays.Field("Name").ChangeAsync(name);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem("Name"), StringComparison.Ordinal);
        Assert.Equal("true", overlays.Field("Name").GetAttribute("aria-invalid"));
        await overlays.PressAsync("Cancel");
        await creating;
        Assert.Single(Rows(page));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_AfterAPasswordReset_SignsInAndKeepsTokensUnlessTheyAreRevoked(bool revokes)
    {
        string token = await AddWithTokenAsync("alice");
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();

        var resetting = overlays.ChooseAsync(page, "Actions for alice", "Reset password");
        Assert.Contains("the user is signed out of every browser", overlays.Dialogs.WaitForElement("form").TextContent, StringComparison.Ordinal);
        Assert.Contains("The user's access token remains valid unless you revoke it.", overlays.Dialogs.Markup, StringComparison.Ordinal);
        await overlays.Choice("Revoke this user's tokens").ChangeAsync(revokes);
        await overlays.SubmitAsync();
        await resetting;

        string password = overlays.Dialogs.WaitForElement("pre").TextContent;
        Assert.NotNull(
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync("alice", password, null, CancellationToken.None));
        Assert.Equal(
            revokes,
            await Services.GetRequiredService<AccessTokens>().FindSubjectAsync(token, CancellationToken.None) is null);
    }

    [Fact]
    public async Task User_PromotedAndDemoted_ShowsTheCurrentRole()
    {
        await AddAsync("alice");
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();

        await overlays.ChooseAsync(page, "Actions for alice", "Make administrator");
        Assert.Equal("yes", Assert.Single(Rows(page))[1]);
        await overlays.ChooseAsync(page, "Actions for alice", "Remove administrator role");

        Assert.Equal("no", Assert.Single(Rows(page))[1]);
    }

    [Fact]
    public async Task User_Deleted_SaysWhatGoesAndIsRemoved()
    {
        await AddWithTokenAsync("alice");
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();

        var deleting = overlays.ChooseAsync(page, "Actions for alice", "Delete");
        Assert.Equal(["1 access token"], overlays.Dialogs.WaitForElements("li").Select(item => item.TextContent));
        await overlays.PressAsync("Delete user");
        await deleting;

        page.WaitForAssertion(() => Assert.Equal("There are no users yet", page.Find("h2").TextContent));
        Assert.Empty(await Users.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task User_RequestedAfterTheSessionEnded_IsNotCreated()
    {
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = Render<UsersPage>();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        var creating = PressAsync(page, "New user");
        await overlays.Field("Name").ChangeAsync("alice");
        await overlays.SubmitAsync();
        await creating;

        Assert.StartsWith("Nothing was changed", Notification!.Text, StringComparison.Ordinal);
        Assert.Empty(await Users.ListAsync(CancellationToken.None));
        Assert.Empty(overlays.Dialogs.FindAll("pre"));
    }

    private static Task PressAsync(IRenderedComponent<UsersPage> page, string button) =>
        page.FindAll("button").Single(element => element.TextContent.Trim() == button).ClickAsync(new());

    private static IReadOnlyList<IReadOnlyList<string>> Rows(IRenderedComponent<UsersPage> page) =>
        Overlays.Rows(page.Find("table[aria-label=Users]"));

    private async Task AddAsync(string name) => await Users.CreateAsync(
        UserName.Parse(name), NewPassword.Generate(), isTemporary: false, isAdmin: false, Principal.Admin, CancellationToken.None);

    private async Task<string> AddWithTokenAsync(string name)
    {
        await AddAsync(name);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        long id = db.Principals.Single(row => row.Name == name).Id;
        return (await Services.GetRequiredService<AccessTokens>().CreateAsync(id, "laptop", null, Principal.Admin, CancellationToken.None)).Token;
    }
}
