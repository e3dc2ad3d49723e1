using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Groups;

namespace Mirror.Tests.Features.Groups;

public sealed class MembersPageTests : AdministrationFixture
{
    private const string Table = "Users and service accounts";

    private Members Members => Services.GetRequiredService<Members>();

    [Fact]
    public async Task Member_Added_IsListedAndTheirRoleCanBeChanged()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenMembers("platform/network");

        await PressAsync(page, "Add member");
        await overlays.Field("User or service account").ChangeAsync("alice");
        await overlays.Choice("Deployer").ClickAsync(new());
        await overlays.SubmitAsync();
        Assert.StartsWith("alice", Assert.Single(Rows(page, Table))[0], StringComparison.Ordinal);
        Assert.Equal("alice is now a deployer.", Notification!.Text);

        await overlays.ChooseAsync(page, "Actions for alice", "Change role");
        await overlays.Choice("Owner").ClickAsync(new());
        await overlays.SubmitAsync();

        Assert.Equal(["Owner", "Set here"], Assert.Single(Rows(page, Table)).Skip(1));
        Assert.Equal(Role.Owner, Assert.Single(await ListAsync("platform/network")).Role);
    }

    [Theory]
    [InlineData("mallory", "There is no user or service account mallory.")]
    [InlineData("", "Name a user, such as alice")]
    public async Task Member_ThatDoesNotExist_IsNotAddedAndTheFieldSaysWhy(string name, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenMembers("platform");

        await PressAsync(page, "Add member");
        await overlays.Field("User or service account").ChangeAsync(name);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem("User or service account"), StringComparison.Ordinal);
        Assert.Equal("true", overlays.Field("User or service account").GetAttribute("aria-invalid"));
        Assert.Empty(await ListAsync("platform"));
    }

    [Fact]
    public async Task Member_OfTheParentGroup_IsInheritedAndEditedThere()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        await GiveAsync("platform", "alice", Role.Viewer);
        SignIn();

        var page = OpenMembers(Workspace);

        Assert.Equal("Inherited from platform", Assert.Single(Rows(page, Table))[2]);
        Assert.Equal("groups/platform/-/members", page.Find("td a").GetAttribute("href"));
        Assert.Empty(page.FindAll("tbody button"));
    }

    [Fact]
    public async Task Member_InheritedFromAGroupThatTheUserMayNotManage_HasNoLink()
    {
        await AddGroupsAsync();
        await SignInAsUserAsync("alice");
        await AddUserAsync("bob");
        await GiveAsync("platform", "bob", Role.Viewer);
        await GiveAsync("platform/network", "alice", Role.Owner);

        var page = OpenMembers("platform/network");

        Assert.Equal(["Set here", "Inherited from platform"], Rows(page, Table).Select(row => row[2]));
        Assert.Empty(page.FindAll("td a"));
    }

    [Fact]
    public async Task Members_MoreThanTen_AreSearchedAndTheUrlKeepsTheSearch()
    {
        await AddGroupsAsync();
        for (int i = 0; i < 11; i++)
        {
            await AddUserAsync($"user{i}");
            await GiveAsync("platform", $"user{i}", Role.Viewer);
        }

        SignIn();
        var page = OpenMembers("platform");
        Assert.Equal(11, Rows(page, Table).Count);

        await page.Find("input").InputAsync("ER10");

        Assert.StartsWith("user10", Assert.Single(Rows(page, Table))[0], StringComparison.Ordinal);
        Assert.EndsWith("?q=ER10", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_RemovedAndConfirmed_LosesTheRole()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        await GiveAsync("platform", "alice", Role.Viewer);
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenMembers("platform");

        var removing = overlays.ChooseAsync(page, "Actions for alice", "Remove");
        await overlays.PressAsync("Remove");
        await removing;

        page.WaitForAssertion(() => Assert.Contains(
            "No members yet. Administrators of the instance need no role.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(await ListAsync("platform"));
    }

    [Fact]
    public async Task OidcGroup_Added_IsListedAndHasTheRole()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenMembers("platform");

        await PressAsync(page, "Add OpenID group");
        await overlays.Field("OpenID group").ChangeAsync("platform-team");
        await overlays.Choice("Deployer").ClickAsync(new());
        await overlays.SubmitAsync();

        var mapping = Assert.Single(
            await Services.GetRequiredService<GroupMappings>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal(("platform-team", Role.Deployer), (mapping.OidcGroup, mapping.Role));
        Assert.Equal(["platform-team", "Deployer", "Set here"], Assert.Single(Rows(page, "Groups of the OpenID provider")));
    }

    [Fact]
    public async Task OidcGroup_WithoutAName_IsNotAddedAndTheFieldSaysWhy()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenMembers("platform");

        await PressAsync(page, "Add OpenID group");
        await overlays.SubmitAsync();

        Assert.StartsWith("Enter the name of the group", overlays.Problem("OpenID group"), StringComparison.Ordinal);
    }

    private IRenderedComponent<MembersPage> OpenMembers(string group) => Open<MembersPage, MembersContent>(group);

    private async Task GiveAsync(string group, string name, Role role) => await Members.SetAsync(
        (await ScopeAsync(group))!, PrincipalName.Parse(name), role, AccessSubject.Admin, CancellationToken.None);

    private async Task<IReadOnlyList<Member>> ListAsync(string path) =>
        await Members.ListAsync((await ScopeAsync(path))!, CancellationToken.None);
}
