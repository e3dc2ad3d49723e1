using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Ui;

public sealed class LayoutTests : UiFixture
{
    [Fact]
    public void Bar_WithoutASession_LinksToSignInAndBack()
    {
        var layout = Open("groups/default/-/provider-mirrors?q=aws");

        Assert.Equal(
            "sign-in?returnUrl=%2Fgroups%2Fdefault%2F-%2Fprovider-mirrors%3Fq%3Daws",
            layout.FindAll("header a").Single(link => link.TextContent.Trim() == "Sign in").GetAttribute("href"));
        Assert.Empty(layout.FindAll("form"));
    }

    [Fact]
    public void Bar_OfTheAdministrator_SignsOutByPost()
    {
        SignIn();

        var layout = Open("groups/default/-/provider-mirrors");

        Assert.Equal(("sign-out", "post"), (layout.Find("form").GetAttribute("action"), layout.Find("form").GetAttribute("method")));
        Assert.NotNull(layout.Find("[aria-label='Account of admin']"));
        Assert.DoesNotContain("Sign in", layout.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAUserWhoSignsOutElsewhere_IsLoadedAgain()
    {
        var user = SignIn();
        var layout = Open("groups/default/-/members");

        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        layout.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(Navigation.History.First().Options.ForceLoad);
        });
    }

    [Fact]
    public void Bar_OfAStaticDocument_HasNothingThatNeedsACircuit()
    {
        SignIn();
        Navigation.NavigateTo("account/password");

        var layout = Render<MainLayout>();

        Assert.Equal(["Navigation", "Light or dark", "Sign out"], layout.FindAll("header button").Select(button => button.GetAttribute("aria-label") ?? button.TextContent.Trim()));
        Assert.Equal("submit", layout.Find("form button").GetAttribute("type"));
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

        area.WaitForAssertion(() => Assert.Equal(left, area.Find(".notifications").TextContent.Trim()));
    }

    [Fact]
    public async Task Notification_Closed_IsGone()
    {
        var area = Render<NotificationArea>();
        await area.InvokeAsync(() => Services.GetRequiredService<Notifications>().Show(new Notification("Something.", true)));

        await area.WaitForElement("button").ClickAsync(new());

        Assert.Equal("", area.Find(".notifications").TextContent.Trim());
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
    [InlineData(PrincipalKind.Job, "job: one Terraform run")]
    [InlineData(PrincipalKind.ServiceAccount, "service account")]
    [InlineData(PrincipalKind.User, "user")]
    [InlineData(PrincipalKind.System, "the server itself")]
    [InlineData(PrincipalKind.Admin, "holder of the administrator token")]
    public void Principal_OfAnyKind_HasAnIconAndALabel(PrincipalKind kind, string description)
    {
        var label = Render<PrincipalLabel>(parameters => parameters.Add(x => x.Kind, kind).Add(x => x.Name, "alice"));

        Assert.NotNull(label.Find("svg"));
        Assert.Equal(description, label.Find(".principal").GetAttribute("title"));
        Assert.Equal("alice", label.Find(".principal-name").TextContent);
        Assert.Equal($"({description})", label.Find(".visually-hidden").TextContent.Trim());
    }

    [Fact]
    public void Icons_OfPrincipals_TellJobsFromUsers()
    {
        string Drawing(PrincipalKind kind) =>
            Render<PrincipalLabel>(parameters => parameters.Add(x => x.Kind, kind).Add(x => x.Name, "alice")).Find("svg").InnerHtml;

        Assert.NotEqual(Drawing(PrincipalKind.User), Drawing(PrincipalKind.Job));
        Assert.Equal(Drawing(PrincipalKind.ServiceAccount), Drawing(PrincipalKind.Job));
    }

    private IRenderedComponent<MainLayout> Open(string url)
    {
        Navigation.NavigateTo(url);
        return Render<MainLayout>(parameters => parameters.SetAssignedRenderMode(RenderMode.InteractiveServer));
    }
}
