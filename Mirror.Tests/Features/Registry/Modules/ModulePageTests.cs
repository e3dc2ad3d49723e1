using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Registry.Modules;
using Mirror.Web.Ui;

namespace Mirror.Tests.Features.Registry.Modules;

public sealed class ModulePageTests : RegistryPageFixture
{
    private static readonly ModulePart Subnets = new(
        "modules/subnets", "# Subnets", null, [new("zones", "list(string)", null, null, false)], [], [], [], []);

    private static readonly ModuleDocumentation Documentation = new(
        new ModulePart(
            "",
            "# A *VPC*\n\n<script>x</script>",
            ">= 1.5",
            [new("cidr", "string", "The range.", null, false), new("tags", null, null, "{}", true)],
            [new("id", "The ID.", false)],
            [new("aws_vpc", "this", false), new("aws_region", "current", true)],
            [new("aws", "hashicorp/aws", ">= 5.0")],
            [
                new("label", "cloudposse/label/null", "0.25.0", ModuleSourceKind.Registry),
                new("legacy", "git::https://git.corp.example/legacy.git?ref=v1", null, ModuleSourceKind.Direct),
            ]),
        [Subnets],
        [new("examples/simple", null, null, [], [], [], [], [])],
        ["broken.tf: line 3, column 1: expected a block"]);

    [Fact]
    public async Task Module_Published_ShowsItsDocumentationSourceAndFacts()
    {
        await AddModuleAsync(Vpc, "1.0.0");
        await AddModuleAsync(Vpc, "1.2.0", Documentation);

        var page = Open("1.2.0");

        Assert.Equal("acme/vpc/aws 1.2.0", page.Find("h1").TextContent);
        Assert.Equal("A VPC", page.Find("article h2").TextContent);
        Assert.Empty(page.FindAll("article script"));
        Assert.Contains("source  = \"mirror.example.com/acme/vpc/aws\"\n  version = \"1.2.0\"", page.Find("aside pre").TextContent, StringComparison.Ordinal);
        Assert.Contains("Published here", page.Find("p.about").TextContent, StringComparison.Ordinal);
        Assert.Contains("mira", page.Find("p.about").TextContent, StringComparison.Ordinal);
        Assert.Contains(">= 1.5", page.Find("aside table").TextContent, StringComparison.Ordinal);
        Assert.Contains("broken.tf: line 3", page.Find(".problems").TextContent, StringComparison.Ordinal);
        Assert.Contains("One module call is fetched by clients directly", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Unpublish", Buttons(page));
    }

    [Theory]
    [InlineData("inputs", ".definitions dt", "cidr|tags sensitive")]
    [InlineData("outputs", ".definitions dt", "id")]
    [InlineData("resources", "td:first-child", "aws_vpc.this|data.aws_region.current")]
    [InlineData("dependencies", ".definitions .name", "aws|label|legacy")]
    [InlineData("submodules", ".parts a", "modules/subnets")]
    [InlineData("examples", ".parts a", "examples/simple")]
    public async Task Tab_InTheUrl_IsOpen(string tab, string selector, string texts)
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);

        var page = Open("1.2.0", $"?tab={tab}");

        Assert.Equal(
            texts.Split('|'),
            page.FindAll($".mud-tabs-panels {selector}").Select(element => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public async Task DirectSource_InDependencies_ComesWithTheAdvice()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);

        var page = Open("1.2.0", "?tab=dependencies");

        Assert.Equal(
            "git config --global url.\"https://git.example.com/\".insteadOf \"https://git.corp.example/\"",
            page.Find(".documentation pre").TextContent.Trim());
    }

    [Fact]
    public async Task Submodule_InTheUrl_ShowsItsOwnDocumentationAndSource()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);

        var page = Open("1.2.0", "?part=modules%2Fsubnets&tab=inputs");

        Assert.Equal("zones", page.Find(".definitions .name").TextContent);
        Assert.Contains("\"mirror.example.com/acme/vpc/aws//modules/subnets\"", page.Find("aside pre").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("[role=tab]"), tab => tab.TextContent.StartsWith("Examples", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tag_ThatMoved_IsAnAlertWithTheOrigin()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation, row =>
        {
            (row.Repository, row.Revision) = ("https://git.corp.example/vpc", "v1.2.0");
            (row.Commit, row.MovedTo) = (new string('a', 40), new string('b', 40));
        });

        var page = Open("1.2.0");

        Assert.StartsWith(
            "The tag v1.2.0 now names another commit, bbbbbbbbbbbb. This version contains aaaaaaaaaaaa.",
            page.Find("[role=alert]").TextContent.Trim(),
            StringComparison.Ordinal);
        Assert.Equal("https://git.corp.example/vpc", page.Find("aside td a").GetAttribute("href"));
    }

    [Fact]
    public async Task Module_OfAnotherRegistry_CanBeDeletedButNotDeprecated()
    {
        await AddModuleAsync("terraform-aws-modules/vpc/aws", "5.0.0");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("5.0.0", module: "registry.terraform.io/terraform-aws-modules/vpc/aws");

        Assert.Contains("Cached", page.Find("p.about").TextContent, StringComparison.Ordinal);
        Assert.Contains("source  = \"terraform-aws-modules/vpc/aws\"", page.Find("aside pre").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Deprecate", Buttons(page));
        var pressed = PressAsync(page, "Delete");
        await overlays.PressAsync("Delete");
        await pressed;

        Assert.False(await IsStoredAsync("terraform-aws-modules/vpc/aws", "5.0.0"));
    }

    [Fact]
    public async Task Deprecate_WithMessage_ShowsItUntilItIsRemoved()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("1.2.0");

        await PressAsync(page, "Deprecate");
        await overlays.SubmitAsync();
        Assert.Equal("Enter one line of text, such as “Use version 2.0 or later.”", overlays.Problem("Message"));
        await overlays.Field("Message").ChangeAsync("Use 2.0.");
        await overlays.Field("Link (optional)").ChangeAsync("javascript:x");
        await overlays.SubmitAsync();
        Assert.StartsWith("“javascript:x” is not a URL", overlays.Problem("Link (optional)"), StringComparison.Ordinal);
        await overlays.Field("Link (optional)").ChangeAsync("https://example.com/news");
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("Use 2.0.", page.Find(".deprecation .message").TextContent));
        Assert.Equal("https://example.com/news", page.Find(".deprecation a").GetAttribute("href"));
        Assert.Equal("Use 2.0.", (await DeprecationAsync("1.2.0"))?.Message);
        Assert.Null(await DeprecationAsync("1.3.0"));

        Assert.Contains("Change the deprecation of 1.2.0…", Buttons(page));
        var asked = PressAsync(page, "Remove the deprecation of 1.2.0…");
        Assert.NotNull(await DeprecationAsync("1.2.0"));
        await overlays.PressAsync("Remove");
        await asked;
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".deprecation")));
        Assert.Null(await DeprecationAsync("1.2.0"));
    }

    [Fact]
    public async Task Deprecate_AllVersions_AlsoMarksOthers()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("1.2.0");

        await PressAsync(page, "Deprecate");
        await overlays.Field("Message").ChangeAsync("Use the other one.");
        await overlays.Choice("All versions").ClickAsync(new());
        await overlays.SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("Deprecated.", page.Find(".deprecation strong").TextContent));
        Assert.Equal("Use the other one.", (await DeprecationAsync("9.9.9"))?.Message);

        var asked = PressAsync(page, "Remove the deprecation of all versions…");
        Assert.Equal("Remove the deprecation of all versions of mirror.example.com/acme/vpc/aws?", overlays.Dialogs.WaitForElement("p").TextContent);
        await overlays.PressAsync("Remove");
        await asked;
        Assert.Null(await DeprecationAsync("9.9.9"));
    }

    [Fact]
    public async Task Unpublish_ByAnOwner_DeletesAndLeadsToTheRegistry()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open("1.2.0");

        var pressed = PressAsync(page, "Unpublish");
        Assert.Contains("Unpublish mirror.example.com/acme/vpc/aws 1.2.0?", overlays.Dialogs.WaitForElement("p").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Unpublish");
        await pressed;

        Assert.False(await IsStoredAsync(Vpc, "1.2.0"));
        Assert.Equal("groups/default/-/registry", Address);
    }

    [Fact]
    public async Task Unpublish_AfterTheSessionEnded_DeletesNothing()
    {
        await AddModuleAsync(Vpc, "1.2.0", Documentation);
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = Open("1.2.0");
        await Services.GetRequiredService<Mirror.Web.Http.Sessions>().EndAsync(user, CancellationToken.None);

        var pressed = PressAsync(page, "Unpublish");
        await overlays.PressAsync("Unpublish");
        await pressed;

        Assert.True(await IsStoredAsync(Vpc, "1.2.0"));
        Assert.True(Notification!.Failed);
    }

    [Theory]
    [InlineData("9.9.9")]
    [InlineData("not-a-version")]
    public void Module_NotStored_SaysSo(string version)
    {
        var page = Open(version);

        Assert.Equal($"mirror.example.com/acme/vpc/aws {version} is not stored", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task Module_WithoutDocumentation_StillShowsItsSource()
    {
        await AddModuleAsync(Vpc, "1.2.0");

        var page = Open("1.2.0");

        Assert.Contains("the archive is not stored at present", page.Find(".problems").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("aside pre"));
    }

    private async Task<Deprecation?> DeprecationAsync(string version) =>
        (await Deprecations.FindAsync(MirrorDbContext.DefaultGroupId, ModuleAddress.Parse(Vpc), CancellationToken.None)).Of(ProviderVersion.Parse(version));

    private IRenderedComponent<ModulePage> Open(string version, string query = "", string module = Vpc)
    {
        Navigation.NavigateTo($"groups/default/-/modules/{module}/{version}{query}");
        string[] parts = module.Split('/');
        return Render<ModulePage>(parameters => parameters
            .Add(page => page.Group, "default")
            .Add(page => page.Hostname, parts[0])
            .Add(page => page.Namespace, parts[1])
            .Add(page => page.Name, parts[2])
            .Add(page => page.System, parts[3])
            .Add(page => page.Version, version));
    }
}
