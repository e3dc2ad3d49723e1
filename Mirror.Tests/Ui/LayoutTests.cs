using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Ui;

public sealed class LayoutTests : UiFixture
{
    [Fact]
    public void Navigation_WithoutASession_LinksToSignInAndBack()
    {
        var navigation = Render<SideNavigation>(
            parameters => parameters.Add(x => x.CurrentPage, "/groups/default/-/provider-mirrors?q=aws"));

        Assert.Equal(
            "sign-in?returnUrl=%2Fgroups%2Fdefault%2F-%2Fprovider-mirrors%3Fq%3Daws",
            navigation.FindAll("a").Single(link => link.TextContent == "Sign in").GetAttribute("href"));
        Assert.Empty(navigation.FindAll("form"));
    }

    [Fact]
    public void Navigation_OfTheAdministrator_SignsOutByPost()
    {
        SignIn();

        var navigation = Render<SideNavigation>(parameters => parameters.Add(x => x.CurrentPage, "/"));

        Assert.Equal(
            ("sign-out", "post"), (navigation.Find("form").GetAttribute("action"), navigation.Find("form").GetAttribute("method")));
        Assert.Equal("admin", navigation.Find(".who").TextContent);
        Assert.DoesNotContain("Sign in", navigation.Markup);
    }

    [Fact]
    public void Navigation_OnAPage_MarksThePage()
    {
        Navigation.NavigateTo("groups/default/-/provider-mirrors?q=aws");

        var navigation = Render<SideNavigation>(parameters => parameters.Add(x => x.CurrentPage, "/"));

        Assert.Equal("Provider Mirrors", navigation.Find("a[aria-current=page]").TextContent);
    }

    [Fact]
    public void Breadcrumb_OfAPage_EndsWithThePage()
    {
        var breadcrumb = Render<Breadcrumb>(
            parameters => parameters.Add(x => x.Crumbs, [new Crumb("default", "home"), new Crumb("5.100.0")]));

        Assert.Equal("home", breadcrumb.Find("a").GetAttribute("href"));
        Assert.Equal("5.100.0", breadcrumb.Find("[aria-current=page]").TextContent);
    }

    [Fact]
    public async Task Breadcrumb_OfANestedNamespace_ListsItsAncestors()
    {
        await AddNamespacesAsync(["platform", "platform/network"]);
        var breadcrumb = Render<Breadcrumb>(
            parameters => parameters.Add(x => x.Group, "platform/network").Add(x => x.Crumbs, [new Crumb("Settings")]));

        Assert.Equal(
            [("platform", "groups/platform/-/provider-mirrors"), ("network", "groups/platform/network/-/provider-mirrors")],
            breadcrumb.FindAll("a").Select(link => (link.TextContent, link.GetAttribute("href")!)));
        Assert.Equal("Settings", breadcrumb.Find("[aria-current=page]").TextContent);
    }

    [Fact]
    public async Task Breadcrumb_BelowAnUnreadableGroup_NamesItWithoutALink()
    {
        await AddNamespacesAsync(["platform", "platform/network"]);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        await db.Namespaces.Where(row => row.Path == "platform")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AnonymousRead, false));
        Services.GetRequiredService<NamespaceDirectory>().Invalidate();

        var breadcrumb = Render<Breadcrumb>(
            parameters => parameters.Add(x => x.Group, "platform/network").Add(x => x.Crumbs, [new Crumb("Settings")]));

        Assert.Equal(["platform", "network", "Settings"], breadcrumb.FindAll("li").Select(crumb => crumb.TextContent.Trim()));
        Assert.Equal(["network"], breadcrumb.FindAll("a").Select(link => link.TextContent));
    }

    [Fact]
    public async Task Notification_OfAnAction_IsReplacedByTheNextOne()
    {
        var area = Render<NotificationArea>();
        var notifications = Services.GetRequiredService<Notifications>();

        await area.InvokeAsync(() => notifications.Show(new Notification("Deleted hashicorp/null 3.2.4.", false)));
        area.WaitForAssertion(() => Assert.Equal("Deleted hashicorp/null 3.2.4.", area.Find("[role=status]").TextContent.Trim()));
        await area.InvokeAsync(() => notifications.Show(new Notification("Nothing was deleted.", true)));

        area.WaitForAssertion(() => Assert.Equal("Nothing was deleted.", area.Find("[role=alert]").TextContent.Trim()));
        Assert.Empty(area.FindAll("style"));
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "Something.")]
    public async Task Notification_AfterSomeSeconds_StaysOnlyIfItReportsAFailure(bool failed, string left)
    {
        var area = Render<NotificationArea>();
        await area.InvokeAsync(() => Services.GetRequiredService<Notifications>().Show(new Notification("Something.", failed)));
        area.WaitForAssertion(() => Assert.Contains("Something.", area.Markup, StringComparison.Ordinal));

        Time.Advance(NotificationArea.Shown);

        area.WaitForAssertion(() => Assert.Equal(left, area.Find(".notification").TextContent.Trim()));
    }

    [Fact]
    public async Task Notification_Closed_IsGone()
    {
        var area = Render<NotificationArea>();
        await area.InvokeAsync(() => Services.GetRequiredService<Notifications>().Show(new Notification("Something.", true)));

        await area.WaitForElement("button").ClickAsync(new());

        Assert.Equal("", area.Find(".notification").TextContent.Trim());
    }

    [Fact]
    public void RelativeTime_OnAnOpenPage_IsUpdated()
    {
        var at = Time.GetUtcNow();
        var clock = Render<PageClock>(parameters => parameters.AddChildContent<RelativeTime>(time => time.Add(x => x.At, at)));
        Assert.Equal("just now", clock.Find("time").TextContent);

        Time.Advance(TimeSpan.FromMinutes(3));

        clock.WaitForAssertion(() => Assert.Equal("3 min ago", clock.Find("time").TextContent));
    }

    [Theory]
    [InlineData(PrincipalKind.Job, "robot")]
    [InlineData(PrincipalKind.ServiceAccount, "robot")]
    [InlineData(PrincipalKind.User, "user")]
    [InlineData(PrincipalKind.System, "server")]
    [InlineData(PrincipalKind.Admin, "key")]
    public void Principal_OfAnyKind_HasAnIconAndALabel(PrincipalKind kind, string icon)
    {
        var label = Render<PrincipalLabel>(parameters => parameters.Add(x => x.Kind, kind).Add(x => x.Name, "alice"));

        Assert.Equal("#icon-" + icon, label.Find("use").GetAttribute("href"));
        Assert.Equal("alice", label.Find(".principal-name").TextContent);
        Assert.NotEmpty(label.Find(".visually-hidden").TextContent.Trim());
    }

    [Fact]
    public void Icons_InUse_AreAllDefined()
    {
        var drawn = Render<IconSprite>().FindAll("symbol").Select(symbol => symbol.Id).ToHashSet();
        string[] used =
        [
            "logo", "search", "group", "packages", "plug", "menu", "close", "theme", "copy", "check", "arrow-up", "arrow-down", "trash",
            "sign-in", "sign-out", "warning",
            .. Enum.GetValues<TrustLevel>().Select(level => TrustText.Of(level).Icon),
        ];

        Assert.All(used, name => Assert.Contains("icon-" + name, drawn));
    }
}
