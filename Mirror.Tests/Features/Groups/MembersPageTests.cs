using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.Groups;
using MudBlazor;

namespace Mirror.Tests.Features.Groups;

public sealed class MembersPageTests : AdministrationFixture
{
    private Members Members => Services.GetRequiredService<Members>();

    [Fact]
    public async Task Member_Added_IsListedWithAnEditableRole()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        SignIn();
        var page = OpenMembers("platform/network");

        await page.Find("#member").InputAsync("alice");
        await page.Find("#role").ChangeAsync(nameof(Role.Deployer));
        await page.FindAll("form")[0].SubmitAsync();
        Assert.Equal(nameof(Role.Deployer), page.Find("select[aria-label='Role of alice']").GetAttribute("value"));

        await page.Find("select[aria-label='Role of alice']").ChangeAsync(nameof(Role.Owner));

        page.WaitForAssertion(
            () => Assert.Equal(nameof(Role.Owner), page.Find("select[aria-label='Role of alice']").GetAttribute("value")));
        Assert.Equal(Role.Owner, Assert.Single(await ListAsync("platform/network")).Role);
    }

    [Theory]
    [InlineData("mallory", "There is no user or service account mallory.")]
    [InlineData("", "Name a user, such as alice")]
    public async Task Member_ThatDoesNotExist_IsNotAdded(string name, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenMembers("platform");

        await page.Find("#member").InputAsync(name);
        await page.FindAll("form")[0].SubmitAsync();

        Assert.StartsWith(problem, page.Find("#member-note").TextContent, StringComparison.Ordinal);
        Assert.Empty(await ListAsync("platform"));
    }

    [Fact]
    public async Task Member_OfTheParentGroup_IsInheritedAndEditedThere()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        await Members.SetAsync(
            (await ScopeAsync("platform"))!, PrincipalName.Parse("alice"), Role.Viewer, AccessSubject.Admin, CancellationToken.None);
        SignIn();

        var page = OpenMembers(Workspace);

        Assert.Equal("inherited from platform", page.Find(".entries .facts").TextContent);
        Assert.Equal("groups/platform/-/members", page.Find(".entries .facts a").GetAttribute("href"));
        Assert.Empty(page.FindAll(".entries button"));
    }

    [Fact]
    public async Task Member_RemovedAndConfirmed_LosesTheRole()
    {
        await AddGroupsAsync();
        await AddUserAsync("alice");
        await Members.SetAsync(
            (await ScopeAsync("platform"))!, PrincipalName.Parse("alice"), Role.Viewer, AccessSubject.Admin, CancellationToken.None);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = OpenMembers("platform");

        var removing = page.Find("button[aria-label='Remove alice']").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await removing;

        Assert.Empty(await ListAsync("platform"));
        Assert.Equal("No members yet. Administrators of the instance need no role.", page.Find(".none").TextContent);
    }

    [Fact]
    public async Task OidcGroup_Added_IsListedAndHasTheRole()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenMembers("platform");

        await page.Find("#oidc-group").InputAsync("platform-team");
        await page.Find("#oidc-role").ChangeAsync(nameof(Role.Deployer));
        await page.FindAll("form")[1].SubmitAsync();

        var mapping = Assert.Single(
            await Services.GetRequiredService<GroupMappings>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal(("platform-team", Role.Deployer), (mapping.OidcGroup, mapping.Role));
        Assert.Equal("platform-team", page.Find("section[aria-labelledby=mapping-heading] code").TextContent);
    }

    private IRenderedComponent<MembersPage> OpenMembers(string group) => Open<MembersPage, MembersContent>(group);

    private async Task<IReadOnlyList<Member>> ListAsync(string path) =>
        await Members.ListAsync((await ScopeAsync(path))!, CancellationToken.None);
}
