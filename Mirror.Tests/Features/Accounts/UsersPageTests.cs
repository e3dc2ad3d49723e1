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

public sealed class UsersPageTests : UiFixture
{
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
        var page = Render<UsersPage>();

        await page.Find("#name").InputAsync("alice");
        await page.Find(".check input").ChangeAsync(true);
        await page.Find("form").SubmitAsync();

        string password = page.Find(".given pre").TextContent;
        Assert.NotNull(
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync("alice", password, null, CancellationToken.None));
        Assert.Equal(["administrator", "temporary password"], page.FindAll(".users .chip").Select(chip => chip.TextContent));
        await page.Find(".given > button").ClickAsync(new());
        Assert.DoesNotContain(password, page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("al ice", "Use letters, digits and ._@+- only")]
    [InlineData("alice", "The user alice already exists.")]
    public async Task User_WithAnInvalidName_IsNotCreatedAndShowsTheReason(string name, string problem)
    {
        await AddAsync("alice");
        SignIn();
        var page = Render<UsersPage>();

        await page.Find("#name").InputAsync(name);
        await page.Find("form").SubmitAsync();

        Assert.StartsWith(problem, page.Find("#name-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find("#name").GetAttribute("aria-invalid"));
        Assert.Single(page.FindAll(".users li"));
    }

    [Fact]
    public async Task User_AfterAPasswordReset_SignsInWithTheNewPassword()
    {
        await AddAsync("alice");
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Render<UsersPage>();

        var resetting = page.Find("button[aria-label='New password for alice']").ClickAsync(new());
        Assert.Contains(
            "the user is signed out of every browser",
            dialogs.WaitForElement(".confirm").TextContent,
            StringComparison.Ordinal);
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await resetting;

        Assert.NotNull(
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync(
                "alice", page.Find(".given pre").TextContent, null, CancellationToken.None));
    }

    [Fact]
    public async Task User_PromotedAndDemoted_ShowsTheCurrentRole()
    {
        await AddAsync("alice");
        SignIn();
        var page = Render<UsersPage>();

        await page.Find("button[aria-label='Make administrator: alice']").ClickAsync(new());
        Assert.Equal("administrator", page.Find(".users .chip").TextContent);
        await page.Find("button[aria-label='Remove administrator role: alice']").ClickAsync(new());

        Assert.Empty(page.FindAll(".users .chip"));
    }

    [Fact]
    public async Task User_DeletedAndConfirmed_IsRemoved()
    {
        await AddAsync("alice");
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Render<UsersPage>();

        var deleting = page.Find("button[aria-label='Delete alice']").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await deleting;

        Assert.Empty(await Services.GetRequiredService<Users>().ListAsync(CancellationToken.None));
        Assert.Equal("There are no users yet", page.Find("h2").TextContent);
    }

    [Fact]
    public async Task User_RequestedAfterTheSessionEnded_IsNotCreated()
    {
        var user = SignIn();
        var page = Render<UsersPage>();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await page.Find("#name").InputAsync("alice");
        await page.Find("form").SubmitAsync();

        Assert.StartsWith("Nothing was changed", Services.GetRequiredService<Notifications>().Current!.Text, StringComparison.Ordinal);
        Assert.Empty(await Services.GetRequiredService<Users>().ListAsync(CancellationToken.None));
    }

    private async Task AddAsync(string name) => await Services.GetRequiredService<Users>().CreateAsync(
        UserName.Parse(name), NewPassword.Generate(), isTemporary: false, isAdmin: false, Principal.Admin, CancellationToken.None);
}
