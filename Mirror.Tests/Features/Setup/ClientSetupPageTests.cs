using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Setup;

namespace Mirror.Tests.Features.Setup;

public sealed class ClientSetupPageTests() : UiFixture(options => options with { PublicUrl = new Uri("https://mirror.example.com") })
{
    [Fact]
    public void Page_Initially_ShowsSignedPassThroughAndHowToTrustTheAuthority()
    {
        var page = Open();

        string configuration = Block(page, "CLI configuration");
        Assert.Contains(
            "\"providers.v1\" = \"https://mirror.example.com/v1/registries/registry.terraform.io/providers/\"",
            configuration,
            StringComparison.Ordinal);
        Assert.Contains(
            "\"modules.v1\"   = \"https://mirror.example.com/v1/registries/registry.terraform.io/modules/\"",
            configuration,
            StringComparison.Ordinal);
        Assert.DoesNotContain("credentials", configuration, StringComparison.Ordinal);
        Assert.Contains(configuration, Block(page, "Shell"), StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE=/srv/mirror/tls/ca.pem", Block(page, "Shell"), StringComparison.Ordinal);
        Assert.Contains("/srv/mirror/tls/ca.pem", page.Find("section[aria-labelledby=certificate]").TextContent);
        Assert.Equal(
            ["Terraform", "Debian, Ubuntu"], page.FindAll("[role=tab][aria-selected=true]").Select(tab => tab.TextContent.Trim()));
        Assert.True(page.Find("input[type=radio]").HasAttribute("checked"));
        Assert.All(
            page.FindAll("figure"),
            block => Assert.Equal(block.QuerySelector("code")!.TextContent, block.QuerySelector("button")!.GetAttribute("data-copy")));
    }

    [Theory]
    [InlineData("?client=opentofu", "registry.opentofu.org/providers/", "tofu init")]
    [InlineData("?client=terragrunt", "registry.terraform.io/providers/", "terragrunt run --all init")]
    [InlineData("?way=network", "url = \"https://mirror.example.com/v1/mirror/\"", "terraform init")]
    [InlineData("?client=opentofu&way=network", "url = \"https://mirror.example.com/v1/mirror/\"", "tofu init")]
    [InlineData("?client=nonsense&way=nonsense", "registry.terraform.io/providers/", "terraform init")]
    public void Page_WithAClientAndProtocolInTheUrl_ShowsThem(string query, string configuration, string command)
    {
        Navigation.NavigateTo("groups/default/-/use-this-mirror" + query);

        var page = Open();

        Assert.Contains(configuration, Block(page, "CLI configuration"), StringComparison.Ordinal);
        Assert.EndsWith($"\n{command}\n", Block(page, "Shell"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithAnotherClientAndProtocolChosen_ChangesTheUrl()
    {
        Navigation.NavigateTo("groups/default/-/use-this-mirror");
        var page = Open();

        await page.FindAll("[role=tab]").Single(tab => tab.TextContent.Trim() == "OpenTofu").ClickAsync();
        Assert.Equal("groups/default/-/use-this-mirror?client=opentofu", Address);
        await page.FindAll("input[type=radio]")[1].ClickAsync();
        Assert.Equal("groups/default/-/use-this-mirror?client=opentofu&way=network", Address);
    }

    [Fact]
    public async Task Page_OfANestedPrivateGroup_NamesItAndWarnsAboutTheToken()
    {
        await AddNamespacesAsync(["platform", "platform/network"]);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await db.Namespaces.Where(row => row.Path == "platform")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.AnonymousRead, false));
        }

        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
        SignIn();

        var page = Open("platform/network");

        string configuration = Block(page, "CLI configuration");
        Assert.Contains(
            "https://mirror.example.com/v1/registries/platform/network/registry.terraform.io/providers/",
            configuration,
            StringComparison.Ordinal);
        Assert.Contains("credentials \"registry.terraform.io\"", configuration, StringComparison.Ordinal);
        Assert.Contains("the token would go to the real", page.Find("section[aria-labelledby=token] .keep-together").TextContent);
        Assert.Contains("export TF_TOKEN_registry_terraform_io=", Block(page, "Without the mirror command"), StringComparison.Ordinal);
        Assert.Contains(
            "mirror run --workspace platform/network -- terraform init", Block(page, "With the mirror command"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAGroupThatPublishes_ShowsTheAddresses()
    {
        Assert.Empty(Open().FindAll("section[aria-labelledby=published]"));
        await PublishAsync();

        var signed = Open();
        Navigation.NavigateTo("groups/default/-/use-this-mirror?way=network");
        var network = Open();

        string sources = Block(signed, "Terraform configuration");
        Assert.Contains("{ source = \"mirror.example.com/acme/example\" }", sources, StringComparison.Ordinal);
        Assert.Contains("source = \"mirror.example.com/acme/example/aws\"", sources, StringComparison.Ordinal);
        Assert.DoesNotContain("port", signed.Find("section[aria-labelledby=published]").TextContent);
        string combined = Block(network, "CLI configuration, with published providers");
        Assert.Contains("exclude = [\"mirror.example.com/*/*\"]", combined, StringComparison.Ordinal);
        Assert.Contains("include = [\"mirror.example.com/*/*\"]", combined, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithAPublicCertificate_DoesNotMentionAuthorities()
    {
        Addresses.Authority = null;

        var page = Open();

        Assert.DoesNotContain("SSL_CERT_FILE", page.Markup);
        Assert.Empty(page.FindAll("section[aria-labelledby=certificate]"));
    }

    [Fact]
    public void Page_WithoutHttps_ExplainsWhatToDo()
    {
        Addresses.ServerUrl = null;

        var page = Open();

        Assert.Equal("Terraform cannot reach this instance", page.Find("h2").TextContent);
        Assert.Contains("Mirror:PublicUrl", page.Find(".state").TextContent);
        Assert.Empty(page.FindAll("pre"));
    }

    [Fact]
    public void Page_OfAMissingGroup_ShowsNotFound() => Assert.Equal("There is no group nowhere", Open("nowhere").Find("h1").TextContent);

    private static string Block(IRenderedComponent<UseThisMirrorPage> page, string caption) =>
        page.FindAll("figure")
            .Single(figure => figure.QuerySelector("figcaption span")!.TextContent == caption)
            .QuerySelector("code")!.TextContent;

    private async Task PublishAsync() => await Services.GetRequiredService<RegistryNamespaces>()
        .CreateAsync(MirrorDbContext.DefaultGroupId, "acme", Principal.System, CancellationToken.None);

    private IRenderedComponent<UseThisMirrorPage> Open(string group = "default") =>
        Render<UseThisMirrorPage>(parameters => parameters.Add(page => page.Group, group));
}

/// <summary>A port in the own hostname.</summary>
public sealed class ClientSetupPageWithPortTests() : UiFixture(options => options with { PublicUrl = new Uri("https://localhost:5443") })
{
    [Fact]
    public async Task Page_OfAGroupThatPublishes_SaysWhatNetworkMirrorsCannot()
    {
        await Services.GetRequiredService<RegistryNamespaces>()
            .CreateAsync(MirrorDbContext.DefaultGroupId, "acme", Principal.System, CancellationToken.None);
        Navigation.NavigateTo("groups/default/-/use-this-mirror?way=network");

        var section = Render<UseThisMirrorPage>(parameters => parameters.Add(page => page.Group, "default"))
            .Find("section[aria-labelledby=published]");

        Assert.Contains("A network mirror cannot be asked for a hostname with a port", section.TextContent);
        Assert.Contains("exclude = [\"localhost:5443/*/*\"]", section.TextContent);
        Assert.Contains("source = \"localhost:5443/acme/example\"", section.TextContent);
        // Terraform takes that for a URL.
        Assert.DoesNotContain("module \"example\"", section.TextContent);
    }
}
