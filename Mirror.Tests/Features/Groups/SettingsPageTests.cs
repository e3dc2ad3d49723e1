using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.Groups;
using MudBlazor;

namespace Mirror.Tests.Features.Groups;

public sealed class SettingsPageTests : AdministrationFixture
{
    [Fact]
    public async Task Settings_ForAViewer_ExplainWhoMaySeeThem()
    {
        await AddGroupsAsync();

        var page = Open<SettingsPage, SettingsContent>("platform");

        Assert.Equal("Only owners see the settings", page.Find("h1").TextContent);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public async Task Settings_OfAMissingGroup_AreNotFound()
    {
        SignIn();

        Assert.Equal("There is no group nowhere", Open<SettingsPage, SettingsContent>("nowhere").Find("h1").TextContent);
    }

    [Fact]
    public async Task Caching_OfAWorkspace_ShowsItsSourceAndCanBeSet()
    {
        await AddGroupsAsync();
        SignIn();
        var page = Open<SettingsPage, SettingsContent>(Workspace);
        Assert.Equal("It is off by default.", page.Find("section[aria-labelledby=caching-heading] .hint").TextContent);
        Assert.Equal(
            ["On", "Off", "Inherit from parent group (off)"], page.FindAll(".choice span").Select(choice => choice.TextContent));

        await page.FindAll("input[type=radio]")[0].ChangeAsync("On");
        await page.Find("form.choices").SubmitAsync();

        Assert.Equal(
            (true, CachingSetting.On),
            ((await ScopeAsync(Workspace))!.AutomaticCaching, (await ScopeAsync(Workspace))!.AutomaticCachingSetting));
        Assert.Equal($"It is on, set here.", page.Find("section[aria-labelledby=caching-heading] .hint").TextContent);
        Assert.False(Notification!.Failed);
    }

    [Theory]
    [InlineData("Workspace", "staging", NamespaceKind.Workspace)]
    [InlineData("Group", "teams", NamespaceKind.Group)]
    public async Task Namespace_Created_IsListedUnderItsParent(string kind, string name, NamespaceKind expected)
    {
        await AddGroupsAsync();
        SignIn();
        var page = Open<SettingsPage, SettingsContent>("platform/network");

        await page.Find("#new-kind").ChangeAsync(kind);
        await page.Find("#new-namespace").InputAsync(name);
        await page.Find("section[aria-labelledby=below-heading] form").SubmitAsync();

        Assert.Equal(expected, (await ScopeAsync($"platform/network/{name}"))!.Kind);
        Assert.Contains(page.FindAll(".below a"), link => link.GetAttribute("href") == $"groups/platform/network/{name}/-/settings");
        Assert.Equal("", page.Find("#new-namespace").GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("Prod!", "“Prod!” is not a name.")]
    [InlineData("prod", "platform/network/prod already exists.")]
    public async Task Namespace_Invalid_IsNotCreatedAndShowsTheReason(string name, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var page = Open<SettingsPage, SettingsContent>("platform/network");

        await page.Find("#new-namespace").InputAsync(name);
        await page.Find("section[aria-labelledby=below-heading] form").SubmitAsync();

        Assert.StartsWith(problem, page.Find("#new-namespace-note").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find("#new-namespace").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Group_Renamed_NavigatesToItsNewAddress()
    {
        await AddGroupsAsync();
        SignIn();
        var page = Open<SettingsPage, SettingsContent>("platform/network");

        await page.Find("#new-name").InputAsync("net");
        await page.Find("section[aria-labelledby=name-heading] form").SubmitAsync();

        Assert.Null(await ScopeAsync("platform/network"));
        Assert.NotNull(await ScopeAsync("platform/net/prod"));
        Assert.Equal("groups/platform/net/-/settings", Address);
    }

    [Fact]
    public async Task RootGroup_Rename_IsOfferedToAdministratorsOnly()
    {
        await AddGroupsAsync();
        await SignInAsUserAsync("alice");
        var (root, below) = ((await ScopeAsync("platform"))!, "platform/network");
        await Services.GetRequiredService<Members>().SetAsync(
            root, PrincipalName.Parse("alice"), Role.Owner, AccessSubject.Admin, CancellationToken.None);

        Assert.Empty(Open<SettingsPage, SettingsContent>("platform").FindAll("#new-name"));
        Assert.NotEmpty(Open<SettingsPage, SettingsContent>("platform").FindAll("section[aria-labelledby=delete-heading]"));
        Assert.NotEmpty(Open<SettingsPage, SettingsContent>(below).FindAll("#new-name"));
    }

    [Fact]
    public async Task RootGroup_RenamedAfterAdminRightsWereRevoked_KeepsItsName()
    {
        await AddGroupsAsync();
        await SignInAsUserAsync("alice", isAdmin: true);
        await Services.GetRequiredService<Members>().SetAsync(
            (await ScopeAsync("platform"))!, PrincipalName.Parse("alice"), Role.Owner, AccessSubject.Admin, CancellationToken.None);
        var page = Open<SettingsPage, SettingsContent>("platform");
        await Services.GetRequiredService<Users>().SetAdminAsync(
            UserName.Parse("alice"), isAdmin: false, Principal.Admin, CancellationToken.None);

        await page.Find("#new-name").InputAsync("another");
        await page.Find("section[aria-labelledby=name-heading] form").SubmitAsync();

        Assert.NotNull(await ScopeAsync("platform"));
        Assert.Null(await ScopeAsync("another"));
        Assert.True(Notification!.Failed);
    }

    [Fact]
    public async Task Group_DeletedAndConfirmed_IsRemovedWithItsContent()
    {
        await AddGroupsAsync();
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open<SettingsPage, SettingsContent>("platform");

        var deleting = page.Find("section[aria-labelledby=delete-heading] button").ClickAsync(new());
        Assert.Equal(["platform/network", Workspace], dialogs.WaitForElements(".confirm li").Select(item => item.TextContent));
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;

        Assert.Null(await ScopeAsync("platform"));
        Assert.Null(await ScopeAsync(Workspace));
        Assert.Equal("groups/default/-/provider-mirrors", Address);
    }

    [Fact]
    public async Task Default_Group_CannotBeRenamedOrDeleted()
    {
        SignIn();

        var page = Open<SettingsPage, SettingsContent>("default");

        Assert.Empty(page.FindAll("#new-name"));
        Assert.Empty(page.FindAll(".button.danger"));
        Assert.Contains(
            "Mirror:Auth:AnonymousRead", page.Find("section[aria-labelledby=anonymous-heading]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_AfterTheSessionEnded_ChangesNothing()
    {
        await AddGroupsAsync();
        var user = SignIn();
        var page = Open<SettingsPage, SettingsContent>("platform");
        await EndSessionAsync(user);

        await page.Find("section[aria-labelledby=anonymous-heading] button").ClickAsync(new());

        Assert.True((await ScopeAsync("platform"))!.AnonymousRead);
        Assert.True(Notification!.Failed);
        Assert.Empty(page.FindAll("form"));
    }
}
