using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Registry.Pages;

namespace Mirror.Tests.Features.Registry.Pages;

/// <summary>The routes and the Git repositories of the registry.</summary>
public sealed class RegistrySettingsTests : RegistryPageFixture
{
    private const string Repository = "https://github.com/acme/terraform-aws-vpc";

    private HostedRoutes Routes => Services.GetRequiredService<HostedRoutes>();

    private ModuleSources Sources => Services.GetRequiredService<ModuleSources>();

    [Fact]
    public async Task Route_AddedAndRemoved_IsListedMeanwhile()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("routes");

        await PressAsync(page, "Add route");
        await overlays.Field("Namespace of the other registry").ChangeAsync("no namespace");
        await overlays.SubmitAsync();
        Assert.StartsWith("Enter a namespace such as", overlays.Problem("Namespace of the other registry"), StringComparison.Ordinal);
        await overlays.Field("Namespace of the other registry").ChangeAsync("mirror.example.com/acme/*");
        await overlays.SubmitAsync();
        Assert.StartsWith("mirror.example.com is this instance itself", overlays.Problem("Namespace of the other registry"), StringComparison.Ordinal);
        await overlays.Field("Namespace of the other registry").ChangeAsync("registry.terraform.io/mycompany/*");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal(
            [["registry.terraform.io/mycompany/*", "acme", "just now by admin"]], Overlays.Rows(page.Find("table[aria-label=Routes]"))));
        await overlays.ChooseAsync(page, "Actions for registry.terraform.io/mycompany/*", "Remove");
        await overlays.PressAsync("Remove");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table[aria-label=Routes]")));
        Assert.Empty(await Routes.ListAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None));
    }

    [Fact]
    public async Task Route_ThatExists_IsRefusedInTheDialog()
    {
        await AddNamespaceAsync("acme");
        var acme = (await Registry.FindAsync("acme", CancellationToken.None))!;
        await Routes.AddAsync(MirrorDbContext.DefaultGroupId, RouteSource.Parse("registry.terraform.io/x/*"), acme, Publisher, CancellationToken.None);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("routes");

        await PressAsync(page, "Add route");
        await overlays.Field("Namespace of the other registry").ChangeAsync("registry.terraform.io/x");
        await overlays.SubmitAsync();

        Assert.Equal(
            "registry.terraform.io/x/* has a route already. Remove it first.", overlays.Problem("Namespace of the other registry"));
    }

    [Fact]
    public async Task Settings_ForAVisitor_ShowRoutesButNoRepositories()
    {
        await AddNamespaceAsync("acme");

        var page = Open("routes");

        Assert.DoesNotContain("Add route", Buttons(page));
        Assert.DoesNotContain("Git tags", page.FindAll("[role=tab]").Select(tab => tab.TextContent.Trim()));
    }

    [Fact]
    public async Task Repository_Added_ShowsItsSecretOnce()
    {
        await AddNamespaceAsync("acme");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("sources");

        await PressAsync(page, "Add repository");
        await overlays.Field("Repository").ChangeAsync("http://github.com/acme/terraform-aws-vpc");
        Assert.Equal("acme/vpc/aws", overlays.Field("Module").GetAttribute("value"));
        await overlays.SubmitAsync();
        Assert.NotEmpty(overlays.Problem("Repository"));
        await overlays.Field("Repository").ChangeAsync(Repository);
        var submitted = overlays.SubmitAsync();

        overlays.Dialogs.WaitForAssertion(() => Assert.StartsWith("whsec_", overlays.Dialogs.Find(".secret pre").TextContent, StringComparison.Ordinal));
        Assert.Contains("https://mirror.example.com/api/v1/hooks/", overlays.Dialogs.Find(".secret > p").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Done");
        await submitted;
        page.WaitForAssertion(() => Assert.Equal("acme/vpc/aws", page.FindAll("td")[0].TextContent));
        Assert.Contains("no delivery yet", page.FindAll("td")[2].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_WithAProblem_ShowsIt()
    {
        await AddSourceAsync();
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            var row = db.ModuleSources.Single();
            (row.LastDeliveryAt, row.LastTag, row.LastProblem) = (Time.GetUtcNow() - TimeSpan.FromHours(3), "v1.2.0", "The tag has no module.");
            await db.SaveChangesAsync();
        }

        SignIn();
        var page = Open("sources");

        Assert.Contains("last delivery 3 hours ago", page.FindAll("td")[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("v1.2.0", page.FindAll("td")[3].TextContent, StringComparison.Ordinal);
        Assert.Equal("The tag has no module.", page.Find(".problem").TextContent);
    }

    [Fact]
    public async Task Repository_SecretReplacedThenRemoved_IsNoLongerPublished()
    {
        await AddSourceAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("sources");

        await overlays.ChooseAsync(page, "Actions for acme/vpc/aws", "Replace secret");
        await overlays.PressAsync("Replace");
        overlays.Dialogs.WaitForAssertion(() => Assert.StartsWith("whsec_", overlays.Dialogs.Find(".secret pre").TextContent, StringComparison.Ordinal));
        await overlays.PressAsync("Done");
        await overlays.ChooseAsync(page, "Actions for acme/vpc/aws", "Remove");
        await overlays.PressAsync("Remove");

        page.WaitForAssertion(() => Assert.Equal("No repository is published", page.Find(".state h2").TextContent));
        Assert.Empty(await Sources.ListAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None));
    }

    private async Task AddSourceAsync()
    {
        await AddNamespaceAsync("acme");
        var acme = (await Registry.FindAsync("acme", CancellationToken.None))!;
        await Sources.AddAsync(acme, Core.Addresses.ModuleAddress.Parse(Vpc), new NewModuleSource(Repository), Publisher, CancellationToken.None);
    }

    private IRenderedComponent<RegistryPage> Open(string tab)
    {
        Navigation.NavigateTo($"groups/default/-/registry?tab={tab}");
        return Render<RegistryPage>(parameters => parameters.Add(page => page.Group, "default"));
    }
}
