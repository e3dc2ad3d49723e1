using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Finding;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

public sealed class NavigationTests : UiFixture
{
    private static readonly string[] Platform =
        ["platform", "platform/network", "platform/network/prod", "platform/network/test", "platform/tools"];

    [Fact]
    public async Task Drawer_OnAWorkspacePage_ListsItsPagesAndMarksTheOpenOne()
    {
        await AddNamespacesAsync(Platform, "platform/network/prod");

        var layout = Open("groups/platform/network/prod/-/provider-mirrors?q=aws");

        Assert.Equal(["Overview", "Provider Mirrors", "Syncs", "Use this mirror"], Pages(layout));
        Assert.Equal("groups/platform/network/prod/-/provider-mirrors", layout.Find("nav a[aria-current=page]").GetAttribute("href"));
        Assert.Equal("platform/network/prod", Switcher(layout).TextContent.Trim());
    }

    [Fact]
    public async Task Drawer_OnAPageOfNoGroup_ListsThePagesOfTheGroupVisitedLast()
    {
        await AddNamespacesAsync(Platform);
        var layout = Open("groups/platform/-/policy");

        Navigation.NavigateTo("account");
        layout.Render();

        Assert.Contains("groups/platform/-/policy", layout.FindAll("nav a").Select(link => link.GetAttribute("href")));
        Assert.Empty(layout.FindAll("nav a[aria-current=page]"));
    }

    [Fact]
    public void Drawer_OfAnAdministrator_HasThePagesOfTheInstance()
    {
        SignIn();

        var layout = Open("groups/default/-/overview");

        Assert.Equal(["Mirror", "Trust", "Access", "Instance"], layout.FindAll("nav h2").Select(heading => heading.TextContent));
        Assert.Contains("admin/users", layout.FindAll("nav a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Drawer_WithoutReadableGroups_IsNotShown()
    {
        await HideAsync("default");

        var layout = Open("groups/default/-/provider-mirrors");

        Assert.Empty(layout.FindAll("nav"));
        Assert.Empty(layout.FindAll("header button[popovertarget]"));
    }

    [Fact]
    public async Task Switcher_Opened_FindsGroupsAndKeepsThePage()
    {
        await AddNamespacesAsync([.. Platform, .. Enumerable.Range(0, 20).Select(i => $"team-{i}")]);
        var layout = Open("groups/default/-/policy");
        await Switcher(layout).ClickAsync();
        layout.WaitForElement("[role=combobox]");

        await layout.Find("[role=combobox]").InputAsync("Net");
        Time.Advance(TimeSpan.FromSeconds(1));
        layout.WaitForAssertion(() => Assert.Equal(["platform/network", "platform/network/prod", "platform/network/test"], Options(layout)));
        // Only root groups have a policy.
        Assert.Equal("groups/platform/network/-/provider-mirrors", layout.FindAll("[role=option]")[0].GetAttribute("href"));

        await layout.Find("[role=combobox]").InputAsync("team-7");
        await layout.Find("[role=combobox]").KeyDownAsync("Enter");
        layout.WaitForAssertion(() => Assert.Equal("groups/team-7/-/policy", Address));
    }

    [Fact]
    public async Task Switcher_AmongManyGroups_ShowsThoseVisitedLastFirst()
    {
        await AddNamespacesAsync([.. Platform, "a", "b", "c", "d", "e"]);
        var layout = Open("groups/a/-/provider-mirrors");
        foreach (string visited in new[] { "b", "platform/tools", "c" })
        {
            Navigation.NavigateTo($"groups/{visited}/-/provider-mirrors");
            layout.Render();
        }

        await Switcher(layout).ClickAsync();

        layout.WaitForAssertion(() => Assert.Equal(["platform/tools", "b", "a"], Options(layout).Take(3)));
        Assert.Equal("c", layout.Find("recent-namespace").GetAttribute("path"));
    }

    [Fact]
    public async Task Choices_BeyondTheLimit_AreCounted()
    {
        await AddNamespacesAsync(Enumerable.Range(0, 120).Select(i => $"team-{i:D3}"));
        var (subject, readable) = await Services.GetRequiredService<FrameReader>().ReadableAsync(CancellationToken.None);

        var all = GroupChoices.Find(readable, subject, [], "account", "")[^1];
        var one = GroupChoices.Find(readable, subject, [], "account", "team 042")[^1];

        Assert.Equal((GroupChoices.Shown, 121 - GroupChoices.Shown), (all.Items.Count, all.Rest));
        Assert.Equal(("team-042", 0), (Assert.Single(one.Items).Text, one.Rest));
    }

    [Fact]
    public async Task Choices_OfAVisitorWithoutARole_LackPrivateGroups()
    {
        await AddNamespacesAsync(Platform);
        await HideAsync("platform");
        var (subject, readable) = await Services.GetRequiredService<FrameReader>().ReadableAsync(CancellationToken.None);

        var found = GroupChoices.Find(readable, subject, ["platform"], "", "");

        Assert.Equal(["default"], found.SelectMany(section => section.Items).Select(item => item.Text));
    }

    [Theory]
    [InlineData(null, new string[0])]
    [InlineData("a.b/c", new[] { "a", "b/c" })]
    [InlineData("a.<script>.a.B.c.d.e.f.g", new[] { "a", "c", "d", "e", "f" })]
    public void RecentCookie_WithAnyContent_ReturnsAFewPaths(string? cookie, string[] expected) =>
        Assert.Equal(expected, RecentNamespaces.Parse(cookie));

    [Fact]
    public async Task Namespaces_Changed_AreUpdatedWithoutAReload()
    {
        var layout = Open("groups/fresh/-/provider-mirrors");
        Assert.Equal("default", Switcher(layout).TextContent.Trim());

        await AddNamespacesAsync(["fresh"]);
        Time.Advance(TimeSpan.FromSeconds(1));

        layout.WaitForAssertion(() => Assert.Equal("fresh", Switcher(layout).TextContent.Trim()));
    }

    [Fact]
    public void Pages_InTheNavigation_AreThoseThatTheVisitorMayUse()
    {
        Assert.DoesNotContain(NamespacePage.Of("default", [AccessAction.Read]), page => page.Needs != AccessAction.Read);
        Assert.Empty(NamespacePage.Of("default", []));
        Assert.All(NamespacePage.All, page => Assert.StartsWith("groups/a/b/-/", page.Url("a/b"), StringComparison.Ordinal));
    }

    private IRenderedComponent<MainLayout> Open(string url)
    {
        Navigation.NavigateTo(url);
        return Render<MainLayout>(parameters => parameters.SetAssignedRenderMode(RenderMode.InteractiveServer));
    }

    private async Task HideAsync(string path)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        await db.Namespaces.Where(row => row.Path == path).ExecuteUpdateAsync(set => set.SetProperty(row => row.AnonymousRead, false));
        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }

    private static AngleSharp.Dom.IElement Switcher(IRenderedComponent<MainLayout> layout) => layout.Find("header button[data-shortcut=g]");

    private static IEnumerable<string> Pages(IRenderedComponent<MainLayout> layout) =>
        layout.FindAll("nav a").Select(link => link.TextContent.Trim());

    private static IEnumerable<string> Options(IRenderedComponent<MainLayout> layout) =>
        layout.FindAll("[role=option]").Select(option => option.TextContent.Trim());
}
