using Bunit;
using Mirror.Tests.Ui;
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
        var overlays = new Overlays(this);
        var page = Render<RootGroupsPage>();

        await PressAsync(page, "New root group");
        await overlays.Field("Name").InputAsync("research");
        Assert.Contains("Its path will be research.", overlays.Dialogs.Markup, StringComparison.Ordinal);
        await overlays.SubmitAsync();

        Assert.Equal(
            [["default", "on", "Anyone"], ["platform", "off", "Anyone"], ["research", "off", "Members"]], Rows(page, "Root groups"));
        Assert.Equal("Created research.", Notification!.Text);
    }

    [Theory]
    [InlineData("Not A Name", "“Not A Name” is not a name.")]
    [InlineData("default", "default already exists.")]
    public async Task RootGroup_WithAnInvalidName_IsNotCreatedAndTheFieldSaysWhy(string name, string problem)
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Render<RootGroupsPage>();

        await PressAsync(page, "New root group");
        await overlays.Field("Name").InputAsync(name);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem("Name"), StringComparison.Ordinal);
        Assert.Single(Rows(page, "Root groups"));
    }

    [Fact]
    public async Task RootGroup_CreatedAfterTheSessionEnded_IsDenied()
    {
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = Render<RootGroupsPage>();
        await EndSessionAsync(user);

        await PressAsync(page, "New root group");
        await overlays.Field("Name").InputAsync("research");
        await overlays.SubmitAsync();

        Assert.Null(await ScopeAsync("research"));
        Assert.Equal("Only administrators create root groups", page.Find("h1").TextContent);
    }
}
