using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Groups;

namespace Mirror.Tests.Features.Groups;

public sealed class SettingsPageTests : AdministrationFixture
{
    private const string Caching = "section[aria-labelledby=caching-heading]";
    private const string Anonymous = "section[aria-labelledby=anonymous-heading]";

    [Fact]
    public async Task Settings_ForAViewer_ExplainWhoMaySeeThem()
    {
        await AddGroupsAsync();

        var page = OpenSettings("platform");

        Assert.Equal("Only owners see the settings", page.Find("h1").TextContent);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public async Task Settings_OfAMissingGroup_AreNotFound()
    {
        SignIn();

        Assert.Equal("There is no group nowhere", OpenSettings("nowhere").Find("h1").TextContent);
    }

    [Fact]
    public async Task Caching_OfAWorkspace_ShowsItsSourceAndCanBeSet()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenSettings(Workspace);
        Assert.Equal("It is off by default: no group above sets it.", Status(page));
        Assert.Equal(["On", "Off", "Inherit from parent group"], Choices(page).Select(text => text.Split(':')[0]));
        Assert.Equal("Inherit from parent group: off by default", Choices(page)[2]);

        await page.FindAll($"{Caching} input")[0].ClickAsync(new());
        await page.Find($"{Caching} form").SubmitAsync();

        Assert.Equal(
            (true, CachingSetting.On),
            ((await ScopeAsync(Workspace))!.AutomaticCaching, (await ScopeAsync(Workspace))!.AutomaticCachingSetting));
        Assert.Equal("It is on, set here.", Status(page));
        Assert.False(Notification!.Failed);
    }

    [Fact]
    public async Task Caching_SetInAGroupAbove_NamesItAndLinksToIt()
    {
        await AddGroupsAsync();
        await SetCachingAsync("platform", CachingSetting.On);
        SignIn();

        var page = OpenSettings(Workspace);

        Assert.Equal("It is on, inherited from platform.", Status(page).Replace(" .", ".", StringComparison.Ordinal));
        Assert.Equal("groups/platform/-/settings", page.Find($"{Caching} a").GetAttribute("href"));
        Assert.Equal("Inherit from parent group: on, set in platform", Choices(page)[2]);
    }

    [Fact]
    public async Task Caching_SetInAGroupThatTheUserMayNotManage_HasNoLink()
    {
        await AddGroupsAsync();
        await SetCachingAsync("platform", CachingSetting.On);
        await SignInAsUserAsync("alice");
        await OwnAsync("platform/network", "alice");

        var page = OpenSettings(Workspace);

        Assert.StartsWith("It is on, inherited from platform", Status(page), StringComparison.Ordinal);
        Assert.Empty(page.FindAll($"{Caching} a"));
    }

    [Fact]
    public async Task AnonymousRead_OfARootGroup_CanBeTurnedOff()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenSettings("platform");

        await page.FindAll($"{Anonymous} input")[0].ClickAsync(new());
        await page.Find($"{Anonymous} form").SubmitAsync();

        Assert.False((await ScopeAsync("platform"))!.AnonymousRead);
        Assert.Equal("Only members may read this group now.", Notification!.Text);
        Assert.Empty(OpenSettings("platform/network").FindAll(Anonymous));
    }

    [Theory]
    [InlineData("Workspace", "staging", NamespaceKind.Workspace)]
    [InlineData("Group", "teams", NamespaceKind.Group)]
    public async Task Namespace_Created_IsListedUnderItsParent(string kind, string name, NamespaceKind expected)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenSettings("platform/network");

        await PressAsync(page, "New group or workspace");
        await overlays.Field("Name").InputAsync(name);
        await overlays.Choice($"{kind}:").ClickAsync(new());
        await overlays.SubmitAsync();

        Assert.Equal(expected, (await ScopeAsync($"platform/network/{name}"))!.Kind);
        Assert.Contains(
            page.FindAll("section[aria-labelledby=below-heading] a"),
            link => link.GetAttribute("href") == $"groups/platform/network/{name}/-/settings");
    }

    [Theory]
    [InlineData("Prod!", "“Prod!” is not a name.")]
    [InlineData("prod", "platform/network/prod already exists.")]
    public async Task Namespace_Invalid_IsNotCreatedAndTheFieldSaysWhy(string name, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenSettings("platform/network");

        await PressAsync(page, "New group or workspace");
        await overlays.Field("Name").InputAsync(name);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem("Name"), StringComparison.Ordinal);
        Assert.Equal("true", overlays.Field("Name").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Group_Renamed_NamesTheUrlsThatChangeAndNavigatesToItsNewAddress()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenSettings("platform/network");

        await PressAsync(page, "Rename");
        await overlays.Field("New name").InputAsync("net");
        Assert.Contains("also those of the group or workspace below", overlays.Dialogs.Markup, StringComparison.Ordinal);
        Assert.Equal(
            [
                "/v1/provider-mirror/providers/platform/network/…", "/v1/registries/platform/network/…",
                "/groups/platform/network/-/provider-mirrors", "/v1/provider-mirror/providers/platform/net/…",
                "/v1/registries/platform/net/…", "/groups/platform/net/-/provider-mirrors",
            ],
            overlays.Dialogs.FindAll("li").Select(url => url.TextContent.Trim()));
        await overlays.SubmitAsync();

        Assert.Null(await ScopeAsync("platform/network"));
        Assert.NotNull(await ScopeAsync("platform/net/prod"));
        Assert.Equal("groups/platform/net/-/settings", Address);
    }

    [Fact]
    public async Task RootGroup_Rename_IsOfferedToAdministratorsOnly()
    {
        await AddGroupsAsync();
        await SignInAsUserAsync("alice");
        await OwnAsync("platform", "alice");

        Assert.Empty(OpenSettings("platform").FindAll("section[aria-labelledby=name-heading]"));
        Assert.NotEmpty(OpenSettings("platform").FindAll("section[aria-labelledby=delete-heading]"));
        Assert.NotEmpty(OpenSettings("platform/network").FindAll("section[aria-labelledby=name-heading]"));
    }

    [Fact]
    public async Task RootGroup_RenamedAfterAdminRightsWereRevoked_KeepsItsName()
    {
        await AddGroupsAsync();
        await SignInAsUserAsync("alice", isAdmin: true);
        await OwnAsync("platform", "alice");
        var overlays = new Overlays(this);
        var page = OpenSettings("platform");
        await Services.GetRequiredService<Users>().SetAdminAsync(
            UserName.Parse("alice"), isAdmin: false, Principal.Admin, CancellationToken.None);

        await PressAsync(page, "Rename");
        await overlays.Field("New name").InputAsync("another");
        await overlays.SubmitAsync();

        Assert.NotNull(await ScopeAsync("platform"));
        Assert.Null(await ScopeAsync("another"));
        Assert.True(Notification!.Failed);
    }

    [Fact]
    public async Task Group_Deleted_SaysWhatGoesAndRequiresItsPath()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        await OwnAsync("platform/network", "alice");
        await Services.GetRequiredService<ServiceAccounts>().CreateAsync(
            (await ScopeAsync("platform"))!, "ci", null, AccessSubject.Admin, CancellationToken.None);
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenSettings("platform");

        var deleting = PressAsync(page, "Delete group");
        Assert.Equal(
            ["1 group", "1 workspace", "1 role of a member", "1 service account"],
            overlays.Dialogs.WaitForElements("li").Select(item => item.TextContent));
        await overlays.Field("Type platform to confirm").InputAsync("platfor");
        await overlays.SubmitAsync();
        Assert.NotNull(await ScopeAsync("platform"));
        await overlays.Field("Type platform to confirm").InputAsync("platform");
        await overlays.SubmitAsync();
        await deleting;

        Assert.Null(await ScopeAsync("platform"));
        Assert.Null(await ScopeAsync(Workspace));
        Assert.Equal("groups/default/-/provider-mirrors", Address);
    }

    [Fact]
    public async Task RootGroup_WithMirroredVersions_CountsThemBeforeItIsDeleted()
    {
        await Seed.AddRealisticAsync();

        var content = await Services.GetRequiredService<NamespaceContents>().CountAsync(
            (await ScopeAsync(NamespacePath.Default.Value))!, CancellationToken.None);

        Assert.True(content.Versions > 20, $"{content.Versions} versions");
        Assert.Equal((0, 0, 0), (content.Groups, content.Workspaces, content.Modules));
    }

    [Fact]
    public void Default_Group_CannotBeRenamedOrDeleted()
    {
        SignIn();

        var page = OpenSettings("default");

        Assert.Empty(page.FindAll("section[aria-labelledby=name-heading]"));
        Assert.Empty(page.FindAll("section[aria-labelledby=delete-heading]"));
        Assert.Contains("Mirror:Auth:AnonymousRead", page.Find(Anonymous).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_AfterTheSessionEnded_ChangesNothing()
    {
        await AddGroupsAsync();
        var user = SignIn();
        var page = OpenSettings("platform");
        await EndSessionAsync(user);

        await page.FindAll($"{Anonymous} input")[0].ClickAsync(new());
        await page.Find($"{Anonymous} form").SubmitAsync();

        Assert.True((await ScopeAsync("platform"))!.AnonymousRead);
        Assert.True(Notification!.Failed);
        Assert.Empty(page.FindAll("form"));
    }

    private static string Status(IRenderedComponent<SettingsPage> page) =>
        string.Join(' ', page.Find($"{Caching} [role=status]").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static List<string> Choices(IRenderedComponent<SettingsPage> page) =>
        [.. page.FindAll($"{Caching} label").Select(label => label.TextContent.Trim())];

    private IRenderedComponent<SettingsPage> OpenSettings(string group) => Open<SettingsPage, SettingsContent>(group);

    private async Task OwnAsync(string group, string user) => await Services.GetRequiredService<Members>().SetAsync(
        (await ScopeAsync(group))!, PrincipalName.Parse(user), Role.Owner, AccessSubject.Admin, CancellationToken.None);

    private async Task SetCachingAsync(string group, CachingSetting setting) =>
        await Services.GetRequiredService<NamespaceWriter>().ChangeSettingsAsync(
            NamespacePath.Parse(group), setting, null, Principal.Admin, CancellationToken.None);
}
