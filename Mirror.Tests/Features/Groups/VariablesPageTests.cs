using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Features.Groups;
using MudBlazor;

namespace Mirror.Tests.Features.Groups;

public sealed class VariablesPageTests : AdministrationFixture
{
    private const string Secret = "the-token-of-the-private-registry";

    private Variables Variables => Services.GetRequiredService<Variables>();

    [Theory]
    [InlineData("TF_TOKEN_registry_example_com")]
    [InlineData("registry.example.com")]
    public async Task SensitiveVariable_Set_ShowsItsNameButNeverItsValue(string name)
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenVariables("platform");

        await page.Find("#variable-name").InputAsync(name);
        await page.Find("#variable-value").ChangeAsync(Secret);
        await page.Find("form.set").SubmitAsync();

        Assert.Equal("TF_TOKEN_registry_example_com", page.Find(".entries .what code").TextContent);
        Assert.DoesNotContain(Secret, page.Markup, StringComparison.Ordinal);
        Assert.True(Assert.Single(await Variables.ListAsync((await ScopeAsync("platform"))!, CancellationToken.None)).Sensitive);
    }

    [Theory]
    [InlineData("token", Secret, "#variable-name-note", "“token” is not the name of a variable")]
    [InlineData("registry.example.com", "two words", "#variable-value-note", "The value contains spaces")]
    public async Task Variable_Invalid_IsNotSetAndShowsTheReason(string name, string value, string note, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenVariables("platform");

        await page.Find("#variable-name").InputAsync(name);
        await page.Find("#variable-value").ChangeAsync(value);
        await page.Find("form.set").SubmitAsync();

        Assert.StartsWith(problem, page.Find(note).TextContent, StringComparison.Ordinal);
        Assert.Empty(await Variables.ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
    }

    [Fact]
    public async Task Variable_OfAGroupDeletedMeanwhile_IsNotSetAndShowsTheReason()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenVariables(Workspace);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Namespaces.Where(row => row.Path == Workspace).ExecuteDeleteAsync();
        }

        await page.Find("#variable-name").InputAsync("registry.example.com");
        await page.Find("#variable-value").ChangeAsync(Secret);
        await page.Find("form.set").SubmitAsync();

        Assert.StartsWith("Nothing was changed: another user", Notification!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variable_OfTheParentGroup_IsInheritedAndDeletedThere()
    {
        await AddGroupsAsync();
        await Variables.SetAsync(
            (await ScopeAsync("platform"))!,
            VariableName.Parse("TF_TOKEN_registry_example_com"),
            Secret,
            sensitive: true,
            Principal.Admin,
            CancellationToken.None);
        SignIn();
        var dialogs = Render<MudDialogProvider>();

        Assert.Empty(OpenVariables("platform/network").FindAll(".entries button"));

        var page = OpenVariables("platform");
        var deleting = page.Find("button[aria-label='Delete TF_TOKEN_registry_example_com']").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await deleting;
        Assert.Empty(await Variables.ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
    }

    [Fact]
    public async Task FederatedRegistry_Added_IsListed()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenVariables("platform");

        await page.Find("#federated-host").InputAsync("mirror.example.com");
        await page.Find("#audience").InputAsync("https://mirror.example.com");
        await page.FindAll("form")[1].SubmitAsync();

        var registry = Assert.Single(
            await Services.GetRequiredService<FederatedRegistries>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal(("mirror.example.com", "https://mirror.example.com"), (registry.Host, registry.Audience));
        Assert.Equal("mirror.example.com", page.Find("section[aria-labelledby=federation-heading] .what").TextContent);
    }

    private IRenderedComponent<VariablesPage> OpenVariables(string group) => Open<VariablesPage, VariablesContent>(group);
}
