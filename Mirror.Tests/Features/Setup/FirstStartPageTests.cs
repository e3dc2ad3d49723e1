using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Sync;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Setup;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Features.Setup;

public sealed class FirstStartPageTests : UiFixture
{
    private FirstStart FirstStart => Services.GetRequiredService<FirstStart>();

    [Fact]
    public async Task Steps_ForNonAdministrators_ShowAccessDenied()
    {
        await SignInAsUserAsync("alice");

        Assert.Equal("Only administrators set up the instance", Render<FirstStartPage>().Find("h1").TextContent);
        Assert.Empty(Render<FirstStartNotice>().FindAll("a"));
    }

    [Fact]
    public void Steps_OfANewInstance_ShowWhichAreDone()
    {
        SignIn();

        var page = Render<FirstStartPage>();

        Assert.Equal(
            [
                "Your administrator: Not done yet", "Who may read: Done", "TLS and trust: Not done yet",
                "A first sync: Not done yet", "How clients connect: Not done yet",
            ],
            States(page));
        Assert.Equal("true", page.FindAll("[role=tab]")[0].GetAttribute("aria-selected"));
    }

    [Fact]
    public async Task Steps_OfAUsedInstance_AreDone()
    {
        await SignInAsUserAsync("alice", isAdmin: true);
        await Seed.AddRealisticAsync();

        var page = Render<FirstStartPage>();

        Assert.Equal(["Done", "Done", "Not done yet", "Done", "Done"], States(page).Select(state => state.Split(": ")[1]));
        Assert.Equal("true", page.FindAll("[role=tab]")[2].GetAttribute("aria-selected"));
    }

    [Fact]
    public async Task Administrator_Created_ShowsTheTemporaryPasswordOnce()
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<FirstStartPage>();

        await page.Find("#administrator").ChangeAsync("al ice");
        await page.Find("form").SubmitAsync();
        Assert.StartsWith("Use letters", page.Find("#administrator-problem").TextContent, StringComparison.Ordinal);
        await page.Find("#administrator").ChangeAsync("alice");
        await page.Find("form").SubmitAsync();

        string password = overlays.Dialogs.WaitForElement("pre").TextContent;
        Assert.NotNull(
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync("alice", password, null, CancellationToken.None));
        Assert.True(Assert.Single(await Services.GetRequiredService<Users>().ListAsync(CancellationToken.None)).Admin);
        Assert.EndsWith(": Done", States(page)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_OfAProvider_StartsAndLinksToItsProgress()
    {
        SignIn();
        Navigation.NavigateTo("admin/setup?step=4");
        var page = Render<FirstStartPage>();

        await page.Find("#provider").ChangeAsync("not an address");
        await page.Find("form").SubmitAsync();
        Assert.StartsWith("“not an address” is not the address of a provider", page.Find("#provider-problem").TextContent, StringComparison.Ordinal);
        await page.Find("#provider").ChangeAsync("hashicorp/random");
        await page.Find("form").SubmitAsync();

        var sync = Assert.Single(await Services.GetRequiredService<SyncStore>().ListAsync(MirrorDbContext.DefaultGroupId, 10, CancellationToken.None));
        Assert.Equal($"groups/default/-/syncs/{sync.Id}", page.Find("p[role=status] a").GetAttribute("href"));
    }

    [Fact]
    public async Task Steps_Dismissed_StayDismissedForAllAdministrators()
    {
        SignIn();
        Assert.Equal("admin/setup", Render<FirstStartNotice>().Find("a").GetAttribute("href"));
        var page = Render<FirstStartPage>();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Dismiss").ClickAsync(new());

        Assert.Equal("groups/default/-/provider-mirrors", Address);
        Assert.True(await FirstStart.IsOverAsync(CancellationToken.None));
        Assert.Equal("dismissed", await Services.GetRequiredService<InstanceSettings>().FindAsync("first-start", CancellationToken.None));
        Assert.Empty(Render<FirstStartNotice>().FindAll("a"));
        Assert.Contains("These steps were finished or dismissed", Render<FirstStartPage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_DismissedAfterTheSessionEnded_StayOpen()
    {
        var user = SignIn();
        var page = Render<FirstStartPage>();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Dismiss").ClickAsync(new());

        Assert.False(await FirstStart.IsOverAsync(CancellationToken.None));
        Assert.Equal("Only administrators set up the instance", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task LastStep_Finished_EndsTheFirstStart()
    {
        SignIn();
        Navigation.NavigateTo("admin/setup?step=4");
        var page = Render<FirstStartPage>();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Next").ClickAsync(new());
        Assert.EndsWith("?step=5", Address, StringComparison.Ordinal);
        Assert.Contains("host \"registry.terraform.io\"", page.Find("pre").TextContent, StringComparison.Ordinal);
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Finish").ClickAsync(new());

        Assert.Equal("finished", await Services.GetRequiredService<InstanceSettings>().FindAsync("first-start", CancellationToken.None));
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void Readers_OfAnExposedInstance_AreOnlySafeWithoutAnonymousRead(bool anonymous, bool exposed, bool safe) =>
        Assert.Equal(safe, new FirstStartState(true, AnonymousRead: anonymous, IsExposed: exposed).ReadersAreSafe);

    private static List<string> States(IRenderedComponent<FirstStartPage> page) =>
    [
        .. page.FindAll("[role=tab]").Select(tab =>
        {
            var texts = tab.QuerySelectorAll("p, span").Select(text => text.TextContent.Trim()).Where(text => text.Length > 1).ToList();
            return $"{texts[0]}: {texts[^1]}";
        }),
    ];
}
