using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Groups;

namespace Mirror.Tests.Features.Groups;

public sealed class VariablesPageTests : AdministrationFixture
{
    private const string Secret = "the-token-of-the-private-registry";
    private const string Table = "Tokens for origin registries";

    private Variables Variables => Services.GetRequiredService<Variables>();

    [Theory]
    [InlineData("TF_TOKEN_registry_example_com")]
    [InlineData("registry.example.com")]
    public async Task SensitiveVariable_Set_ShowsItsNameButNeverItsValue(string name)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Set variable");
        await overlays.Field("Hostname or name").InputAsync(name);
        await overlays.Field("Token").ChangeAsync(Secret);
        await overlays.SubmitAsync();

        Assert.Equal(
            ["TF_TOKEN_registry_example_com", "registry.example.com", "sensitive, not shown", "Set here"],
            Assert.Single(Rows(page, Table)).Take(4));
        Assert.DoesNotContain(Secret, page.Markup, StringComparison.Ordinal);
        Assert.True(Assert.Single(await ListAsync("platform")).Sensitive);
    }

    [Theory]
    [InlineData("my-registry.example.com", "Sent to my-registry.example.com, in the variable TF_TOKEN_my__registry_example_com.")]
    [InlineData("bücher.example", "Sent to xn--bcher-kva.example, in the variable TF_TOKEN_xn____bcher__kva_example.")]
    [InlineData("TF_TOKEN_a_example", "Sent to a.example, in the variable TF_TOKEN_a_example.")]
    [InlineData("not a host", "Terraform's encoding of the hostname is made for you")]
    public async Task VariableName_Typed_IsEncodedAsTerraformDoes(string typed, string said)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Set variable");
        await overlays.Field("Hostname or name").InputAsync(typed);

        string text = string.Join(' ', overlays.Dialogs.Find("[role=status]").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(said, text.Replace(" ,", ",", StringComparison.Ordinal).Replace(" .", ".", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variable_NotSensitive_ShowsItsValueUntilItIsReplaced()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Set variable");
        await overlays.Field("Hostname or name").InputAsync("registry.example.com");
        await overlays.Field("Token").ChangeAsync("first");
        await overlays.Choice("Sensitive").ChangeAsync(false);
        await overlays.SubmitAsync();
        Assert.Equal("first", Assert.Single(Rows(page, Table))[2]);

        await overlays.ChooseAsync(page, "Actions for TF_TOKEN_registry_example_com", "Replace value");
        await overlays.Field("Token").ChangeAsync("second");
        await overlays.SubmitAsync();

        Assert.Equal("second", Assert.Single(Rows(page, Table))[2]);
    }

    [Theory]
    [InlineData("token", Secret, "Hostname or name", "“token” is not a hostname and not the name of a variable")]
    [InlineData("registry.example.com", "two words", "Token", "The value contains spaces")]
    public async Task Variable_Invalid_IsNotSetAndTheFieldSaysWhy(string name, string value, string field, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Set variable");
        await overlays.Field("Hostname or name").InputAsync(name);
        await overlays.Field("Token").ChangeAsync(value);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem(field), StringComparison.Ordinal);
        Assert.Empty(await ListAsync("platform"));
    }

    [Fact]
    public async Task Variable_OfAGroupDeletedMeanwhile_IsNotSetAndShowsTheReason()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables(Workspace);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Namespaces.Where(row => row.Path == Workspace).ExecuteDeleteAsync();
        }

        await PressAsync(page, "Set variable");
        await overlays.Field("Hostname or name").InputAsync("registry.example.com");
        await overlays.Field("Token").ChangeAsync(Secret);
        await overlays.SubmitAsync();

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
        var overlays = new Overlays(this);

        var below = OpenVariables("platform/network");
        Assert.Equal("Inherited from platform", Assert.Single(Rows(below, Table))[3]);
        Assert.Equal("groups/platform/-/variables", below.Find("td a").GetAttribute("href"));
        Assert.Empty(below.FindAll("tbody button"));

        var page = OpenVariables("platform");
        var deleting = overlays.ChooseAsync(page, "Actions for TF_TOKEN_registry_example_com", "Delete");
        await overlays.PressAsync("Delete");
        await deleting;
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("td.menu-cell")));
        Assert.Empty(await ListAsync("platform"));
    }

    [Fact]
    public async Task FederatedRegistry_Added_IsListed()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Add federated registry");
        await overlays.Field("Hostname").ChangeAsync("mirror.example.com");
        await overlays.Field("Audience").ChangeAsync("https://mirror.example.com");
        await overlays.SubmitAsync();

        var registry = Assert.Single(
            await Services.GetRequiredService<FederatedRegistries>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal(("mirror.example.com", "https://mirror.example.com"), (registry.Host, registry.Audience));
        Assert.Equal(
            ["mirror.example.com", "https://mirror.example.com", "Set here"], Assert.Single(Rows(page, "Federated registries")));
    }

    [Theory]
    [InlineData("no host", "https://mirror.example.com", "Hostname", "“no host” is not a hostname.")]
    [InlineData("mirror.example.com", " ", "Audience", "Enter the audience")]
    public async Task FederatedRegistry_Invalid_IsNotAddedAndTheFieldSaysWhy(string host, string audience, string field, string problem)
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenVariables("platform");

        await PressAsync(page, "Add federated registry");
        await overlays.Field("Hostname").ChangeAsync(host);
        await overlays.Field("Audience").ChangeAsync(audience);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem(field), StringComparison.Ordinal);
        Assert.Contains("No federated registries here or above.", page.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<VariablesPage> OpenVariables(string group) => Open<VariablesPage, VariablesContent>(group);

    private async Task<IReadOnlyList<Variable>> ListAsync(string path) =>
        await Variables.ListAsync((await ScopeAsync(path))!, CancellationToken.None);
}
