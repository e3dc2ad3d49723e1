using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

public sealed class NavigationTests : UiFixture
{
    private static readonly string[] Platform =
        ["platform", "platform/network", "platform/network/prod", "platform/network/test", "platform/tools"];

    [Fact]
    public async Task Tree_OnAWorkspacePage_ExpandsItsAncestorsAndListsItsPages()
    {
        await AddNamespacesAsync(Platform, "platform/network/prod");

        var navigation = Open("groups/platform/network/prod/-/provider-mirrors?q=aws");

        Assert.Equal(["default", "platform", "network", "prod", "test", "tools"], Names(navigation));
        Assert.Equal("prod", navigation.Find("a[aria-current=true]").TextContent);
        Assert.Equal("#icon-workspace", navigation.Find("a[aria-current=true] use").GetAttribute("href"));
        Assert.Equal("groups/platform/network/prod/-/provider-mirrors", navigation.Find("a[aria-current=page]").GetAttribute("href"));
        Assert.Equal("groups/platform/network/prod/-/use-this-mirror", navigation.FindAll(".pages a")[^1].GetAttribute("href"));
    }

    [Fact]
    public async Task Branch_Toggled_CollapsesAndExpands()
    {
        await AddNamespacesAsync(Platform);
        var navigation = Open("groups/default/-/provider-mirrors");
        Assert.Equal(["default", "platform"], Names(navigation));

        await navigation.Find("button[aria-label='What is in platform']").ClickAsync();
        Assert.Equal(["default", "platform", "network", "tools"], Names(navigation));
        Assert.Equal("true", navigation.Find("button[aria-label='What is in platform']").GetAttribute("aria-expanded"));

        await navigation.Find("button[aria-label='What is in platform']").ClickAsync();
        Assert.Equal(["default", "platform"], Names(navigation));
    }

    [Fact]
    public async Task Branch_WithoutChildren_CannotBeExpanded()
    {
        await AddNamespacesAsync([.. Platform, .. Enumerable.Range(0, 9).Select(i => $"team-{i}")]);
        var navigation = Open("groups/default/-/provider-mirrors");

        Assert.Equal(
            ["What is in default", "What is in platform"],
            navigation.FindAll(".toggle").Select(toggle => toggle.GetAttribute("aria-label")));
        Assert.Equal(navigation.FindAll(".node").Count, navigation.FindAll(".toggle, .no-toggle").Count);

        // All matches of a search are visible.
        await navigation.Find("#navigation-search").InputAsync("network");
        Assert.Empty(navigation.FindAll(".toggle"));
    }

    [Fact]
    public async Task Search_InManyGroups_ShowsMatchesWithAncestorsAndEnterOpensTheShortest()
    {
        await AddNamespacesAsync([.. Platform, .. Enumerable.Range(0, 200).Select(i => $"team-{i}")]);
        var navigation = Open("groups/default/-/provider-mirrors");

        await navigation.Find("#navigation-search").InputAsync("Net");

        Assert.Equal(["platform", "network", "prod", "test"], Names(navigation));
        await navigation.Find("form[role=search]").SubmitAsync();
        Assert.Equal("groups/platform/network/-/provider-mirrors", Address);

        await navigation.Find("#navigation-search").InputAsync("nowhere");
        Assert.Equal("No group or workspace matches.", navigation.Find(".note").TextContent);
    }

    [Fact]
    public void Search_AmongFewGroups_IsNotOffered() => Assert.Empty(Open("groups/default/-/provider-mirrors").FindAll("input"));

    [Fact]
    public async Task Visitor_WithoutARole_DoesNotSeePrivateGroups()
    {
        await AddNamespacesAsync(Platform);
        await HideAsync("platform");

        Assert.Equal(["default"], Names(Open("groups/default/-/provider-mirrors")));
    }

    [Fact]
    public void Node_WithUnreadableParents_ShowsItsPath()
    {
        var tree = NavigationNode.Tree([new("a/b", false), new("a/b/c/d", false), new("e", true)]);

        Assert.Equal(["a/b", "e"], tree.Select(node => node.Name));
        Assert.Equal("c/d", Assert.Single(tree[0].Children).Name);
    }

    [Fact]
    public async Task RecentGroups_AmongMany_AreListedNewestFirst()
    {
        await AddNamespacesAsync([.. Platform, "a", "b", "c", "d", "e"]);
        var navigation = Open("groups/a/-/provider-mirrors");
        foreach (string visited in new[] { "b", "platform/tools", "c" })
        {
            Navigation.NavigateTo($"groups/{visited}/-/provider-mirrors");
            navigation.Render(parameters => parameters.Add(x => x.CurrentPage, "/" + visited));
        }

        Assert.Equal(["platform/tools", "b", "a"], navigation.FindAll(".recent a").Select(link => link.TextContent));
        Assert.Equal("c", navigation.Find("recent-namespace").GetAttribute("path"));
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
        var navigation = Open("groups/default/-/provider-mirrors");

        await AddNamespacesAsync(["fresh"]);
        Time.Advance(TimeSpan.FromSeconds(1));

        navigation.WaitForAssertion(() => Assert.Equal(["default", "fresh"], Names(navigation)));
    }

    [Fact]
    public void Pages_InTheNavigation_AreThoseThatTheVisitorMayUse()
    {
        Assert.DoesNotContain(NamespacePage.Of("default", [AccessAction.Read]), page => page.Needs != AccessAction.Read);
        Assert.Empty(NamespacePage.Of("default", []));
        Assert.All(NamespacePage.All, page => Assert.StartsWith("groups/a/b/-/", page.Url("a/b"), StringComparison.Ordinal));
    }

    private IRenderedComponent<SideNavigation> Open(string url)
    {
        Navigation.NavigateTo(url);
        return Render<SideNavigation>(
            parameters => parameters.SetAssignedRenderMode(RenderMode.InteractiveServer).Add(x => x.CurrentPage, "/" + url));
    }

    private async Task HideAsync(string path)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        await db.Namespaces.Where(row => row.Path == path).ExecuteUpdateAsync(set => set.SetProperty(row => row.AnonymousRead, false));
        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }

    private static IEnumerable<string> Names(IRenderedComponent<SideNavigation> navigation) =>
        navigation.FindAll("a.group").Select(link => link.TextContent);
}
