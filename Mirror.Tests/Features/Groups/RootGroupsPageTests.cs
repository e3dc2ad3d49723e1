using Bunit;
using Mirror.Web.Features.Groups;

namespace Mirror.Tests.Features.Groups;

public sealed class RootGroupsPageTests : AdministrationFixture
{
    [Fact]
    public void RootGroups_ForNonAdministrators_ShowAccessDenied() =>
        Assert.Equal("Only administrators create root groups", Render<RootGroupsPage>().Find("h1").TextContent);

    [Fact]
    public async Task RootGroup_Created_IsListedWithOtherRootGroupsOnly()
    {
        await AddGroupsAsync();
        SignIn();
        var page = Render<RootGroupsPage>();

        await page.Find("#new-namespace").InputAsync("research");
        await page.Find("form").SubmitAsync();

        Assert.Equal(["default", "platform", "research"], page.FindAll(".below a").Select(link => link.TextContent));
        Assert.Equal("Created research.", Notification!.Text);
        Assert.Equal("", page.Find("#new-namespace").GetAttribute("value"));
    }

    [Theory]
    [InlineData("Not A Name", "“Not A Name” is not a name.")]
    [InlineData("default", "default already exists.")]
    public async Task RootGroup_WithAnInvalidName_IsNotCreatedAndShowsTheReason(string name, string problem)
    {
        SignIn();
        var page = Render<RootGroupsPage>();

        await page.Find("#new-namespace").InputAsync(name);
        await page.Find("form").SubmitAsync();

        Assert.StartsWith(problem, page.Find("#new-namespace-note.problem").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".below a"));
    }

    [Fact]
    public async Task RootGroup_CreatedAfterTheSessionEnded_IsDenied()
    {
        var user = SignIn();
        var page = Render<RootGroupsPage>();
        await EndSessionAsync(user);

        await page.Find("#new-namespace").InputAsync("research");
        await page.Find("form").SubmitAsync();

        Assert.Null(await ScopeAsync("research"));
        Assert.Equal("Only administrators create root groups", page.Find("h1").TextContent);
    }
}
