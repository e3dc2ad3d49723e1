using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Registry.Pages;

namespace Mirror.Tests.Features.Registry.Pages;

public sealed class RegistryPageTests : RegistryPageFixture
{
    [Fact]
    public void Registry_WithoutNamespaces_SaysHowToBegin()
    {
        SignIn();

        var page = Open();

        Assert.Equal("Publish your own providers and modules", page.Find(".state h2").TextContent);
        Assert.Equal("mirror registry-namespace create acme --group-path default", page.Find(".state pre").TextContent.Trim());
        Assert.Contains("New registry namespace", Buttons(page));
    }

    [Fact]
    public void Registry_ForAVisitor_OffersNothingToChange()
    {
        var page = Open();

        Assert.Contains("Ask an administrator", page.Find(".state").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("New registry namespace", Buttons(page));
    }

    [Fact]
    public async Task Registry_ListsPublishedItemsByNamespace()
    {
        await AddNamespaceAsync("acme");
        await AddNamespaceAsync("other");
        await AddModuleAsync(Vpc, "1.2.0");
        await AddModuleAsync(Vpc, "1.10.0");
        await Seed.SignedAsync("mirror.example.com/acme/dns", "2.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(1), Publisher);
        await AddModuleAsync("terraform-aws-modules/vpc/aws", "5.0.0");
        await Deprecations.SetAsync(
            MirrorDbContext.DefaultGroupId, ModuleAddress.Parse(Vpc), null, new NewDeprecation("Use acme/net."), Publisher, CancellationToken.None);

        var page = Open();

        Assert.Equal(
            [["acme/dns", "provider", "2.0.0", "1", "yesterday"], ["acme/vpc/aws deprecated", "module", "1.10.0", "2", "2 hours ago"]],
            Overlays.Rows(page.Find("table[aria-label='Published in acme']")));
        Assert.Equal("groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.10.0", page.FindAll("td a")[^1].GetAttribute("href"));
        Assert.Contains(
            "source  = \"mirror.example.com/acme/vpc/aws\"\nversion = \"1.10.0\"\n",
            page.FindAll("[data-copy]").Select(button => button.GetAttribute("data-copy")));
        Assert.Contains("Nothing is published here yet.", page.Find("section[aria-labelledby=namespace-other]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Publish", Buttons(page));
    }

    [Fact]
    public async Task EmptyNamespace_ForADeployer_ShowsTheCommands()
    {
        await AddNamespaceAsync("acme");
        SignIn();

        var page = Open();

        Assert.Contains("mirror publish module . acme/vpc/aws 1.0.0 --group-path default", page.Find(".commands").TextContent, StringComparison.Ordinal);
        Assert.Contains("mirror signing-key add acme", page.Find(".commands").TextContent, StringComparison.Ordinal);
        Assert.Contains("Publish", Buttons(page));
    }

    [Fact]
    public async Task Search_ShowsTheMatchesAndIsInTheUrl()
    {
        await AddNamespaceAsync("acme");
        await AddNamespaceAsync("other");
        await AddModuleAsync(Vpc, "1.2.0");
        await AddModuleAsync("mirror.example.com/acme/dns/aws", "1.0.0");

        var page = Open();
        await page.Find("input").InputAsync("dns");

        Assert.Equal(["acme/dns/aws"], page.FindAll("td .name").Select(name => name.TextContent.Trim()));
        Assert.Empty(page.FindAll("section[aria-labelledby=namespace-other]"));
        Assert.Equal("groups/default/-/registry?q=dns", Address);
        await page.Find("input").InputAsync("nothing like it");
        Assert.Equal("Nothing matches the search.", page.Find("p[role=status]").TextContent);
    }

    [Fact]
    public async Task MirroredModules_AreATab()
    {
        await AddModuleAsync("terraform-aws-modules/vpc/aws", "5.0.0");
        await AddModuleAsync(Vpc, "1.2.0");

        var page = Open("?tab=modules");

        Assert.Equal("groups/default/-/modules/registry.terraform.io/terraform-aws-modules/vpc/aws/5.0.0", Assert.Single(page.FindAll("td a")).GetAttribute("href"));
    }

    [Fact]
    public async Task Namespace_CreatedAndDeleted_IsListedMeanwhile()
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await PressAsync(page, "New registry namespace");
        await overlays.Field("Name").InputAsync("Not Valid");
        await overlays.SubmitAsync();
        Assert.StartsWith("Enter lower-case letters", overlays.Problem("Name"), StringComparison.Ordinal);
        await overlays.Field("Name").InputAsync("acme");
        await overlays.SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal("acme", page.Find("section h2").TextContent));

        await overlays.ChooseAsync(page, "Actions for acme", "Delete");
        await overlays.PressAsync("Delete");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("section h2")));
        Assert.Empty(await Registry.ListAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None));
    }

    [Fact]
    public async Task Namespace_ThatExists_IsRefusedInTheDialog()
    {
        await AddNamespacesAsync(["team"]);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            long team = db.Namespaces.Single(row => row.Path == "team").Id;
            await Registry.CreateAsync(team, "acme", Publisher, CancellationToken.None);
        }

        SignIn();
        var overlays = new Overlays(this);
        var page = Open();
        await PressAsync(page, "New registry namespace");
        await overlays.Field("Name").InputAsync("acme");
        await overlays.SubmitAsync();

        Assert.Equal("The registry namespace acme already exists. Choose another name.", overlays.Problem("Name"));
    }

    [Fact]
    public async Task Namespace_InUse_IsNotDeleted()
    {
        await AddNamespaceAsync("acme");
        await AddModuleAsync(Vpc, "1.2.0");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await overlays.ChooseAsync(page, "Actions for acme", "Delete");
        await overlays.PressAsync("Delete");

        page.WaitForAssertion(() => Assert.StartsWith("acme is in use.", Notification?.Text, StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll("table[aria-label='Published in acme']"));
    }

    [Fact]
    public async Task Registry_OfANestedGroup_LinksToItsRootGroup()
    {
        await AddNamespacesAsync(["platform", "platform/network"]);

        var page = Open(group: "platform/network");

        Assert.Equal("platform/network publishes with its root group", page.Find(".state h2").TextContent);
        Assert.Equal("groups/platform/-/registry", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public void Registry_OfAnUnknownGroup_SaysSo() => Assert.Equal("There is no group nowhere", Open(group: "nowhere").Find("h1").TextContent);

    private IRenderedComponent<RegistryPage> Open(string query = "", string group = "default")
    {
        Navigation.NavigateTo($"groups/{group}/-/registry{query}");
        return Render<RegistryPage>(parameters => parameters.Add(page => page.Group, group));
    }
}

public sealed class RegistryPageWithoutHostnameTests() : RegistryPageFixture(options => options)
{
    [Fact]
    public void Registry_WithoutAPublicUrl_SaysWhichSettingIsMissing()
    {
        var page = Render<RegistryPage>(parameters => parameters.Add(registry => registry.Group, "default"));

        Assert.Equal("This instance does not know its own hostname", page.Find(".state h2").TextContent);
        Assert.Contains("Mirror__PublicUrl", page.Find("pre").TextContent, StringComparison.Ordinal);
    }
}
