using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Ui;

namespace Mirror.Tests.Features.Mirrors;

/// <summary>Two versions of a provider side by side.</summary>
public sealed class CompareVersionsTests : ProviderMirrorsFixture
{
    private const string Url = "groups/default/-/compare/registry.terraform.io/acme/dns";

    [Theory]
    [InlineData(null, null, "2.0.0", "3.0.0")]
    [InlineData("1.0.0", "3.0.0", "1.0.0", "3.0.0")]
    [InlineData("3.0.0", "1.0.0", "3.0.0", "1.0.0")]
    [InlineData(null, "2.0.0", "1.0.0", "2.0.0")]
    [InlineData(null, "1.0.0", "2.0.0", "1.0.0")]
    [InlineData("1.0.0", null, "1.0.0", "2.0.0")]
    [InlineData("3.0.0", null, "3.0.0", "2.0.0")]
    [InlineData("9.9.9", "nonsense", "2.0.0", "3.0.0")]
    public void Choose_OfTheUrl_TakesTheNamedVersionsOrTheirNeighbors(string? from, string? to, string expectedFrom, string expectedTo)
    {
        ProviderVersion[] stored = [.. new[] { "3.0.0", "2.0.0", "1.0.0" }.Select(ProviderVersion.Parse)];

        Assert.Equal((ProviderVersion.Parse(expectedFrom), ProviderVersion.Parse(expectedTo)), VersionComparison.Choose(stored, from, to));
        Assert.Null(VersionComparison.Choose(stored[..1], from, to));
    }

    [Fact]
    public async Task Versions_OfDifferentSignersAndPlatforms_ShowWhatDiffers()
    {
        await Seed.SignedAsync("acme/dns", "1.0.0", ["linux_amd64", "windows_amd64"], 1_000, TimeSpan.FromDays(2), Person);
        await Seed.SignedAsync(
            "acme/dns", "1.1.0", ["linux_amd64", "darwin_arm64"], 1_000, TimeSpan.FromDays(1), Person, "FB70BE941301C3EA", "Other <other@example.com>");

        var page = Compare();

        Assert.Equal(["", "1.0.0", "1.1.0", "Difference"], page.FindAll("thead tr > *").Select(cell => cell.TextContent.Trim()));
        Assert.Equal(["verified", "verified", "same"], Row(page, "Trust"));
        Assert.Equal([CatalogSeed.HashiCorpOwner, "Other <other@example.com>", "different"], Row(page, "Signed by"));
        Assert.Equal(["Visible to clients", "Visible to clients", "same"], Row(page, "Policy"));
        Assert.Equal("different archive", Row(page, "linux/amd64")[2]);
        Assert.Equal(("not stored", "added"), (Row(page, "darwin/arm64")[0], Row(page, "darwin/arm64")[2]));
        Assert.Equal(("not stored", "missing"), (Row(page, "windows/amd64")[1], Row(page, "windows/amd64")[2]));
        Assert.Contains("Different keys signed these versions", page.Find("[role=alert]").TextContent);
    }

    [Fact]
    public async Task Versions_OfTheSameSigner_ShowNoWarningAndFollowChanges()
    {
        await Seed.SignedAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(2), Person);
        await Seed.SignedAsync("acme/dns", "1.1.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(1), Person);
        var page = Compare();
        Assert.Empty(page.FindAll("[role=alert]"));

        await Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse("acme/*"), VersionConstraint.Parse(">= 1.1"), "not yet"),
            Person,
            CancellationToken.None);
        Time.Advance(CatalogWatch.Interval);

        page.WaitForAssertion(() => Assert.Equal("different", Row(page, "Policy")[2]));
        Assert.Contains("not yet", Row(page, "Policy")[1]);
    }

    [Fact]
    public async Task Provider_WithOneOrNoVersion_SaysSo()
    {
        Assert.Equal("No versions of acme/dns are stored here", Compare().Find("h1").TextContent);
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        Assert.Contains("Only version 1.0.0 is stored", Compare().Markup);
    }

    [Fact]
    public async Task Selected_TwoVersionsOfAProvider_CanBeCompared()
    {
        await SeedManyAsync(2);
        await Seed.AddAsync("acme/web", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        SignIn();
        var page = Open(List);

        await page.Find("input[aria-label='Select acme/dns 1.1.0']").ChangeAsync(true);
        Assert.Empty(page.FindAll("[aria-label='Selected versions'] a"));
        await page.Find("input[aria-label='Select acme/dns 1.0.0']").ChangeAsync(true);
        Assert.Equal(Url + "?from=1.0.0&to=1.1.0", page.Find("[aria-label='Selected versions'] a").GetAttribute("href"));
        await page.Find("input[aria-label='Select acme/dns 1.0.0']").ChangeAsync(false);
        await page.Find("input[aria-label='Select acme/web 1.0.0']").ChangeAsync(true);
        Assert.Empty(page.FindAll("[aria-label='Selected versions'] a"));
    }

    private static string[] Row(IRenderedComponent<ComparePage> page, string name) =>
        [.. page.FindAll("tbody tr").Single(row => row.Children[0].TextContent == name).Children.Skip(1).Select(cell => Squeeze(cell.TextContent))];

    private IRenderedComponent<ComparePage> Compare()
    {
        Navigation.NavigateTo(Url);
        return Render<ComparePage>(parameters => parameters
            .Add(page => page.Group, "default")
            .Add(page => page.Hostname, "registry.terraform.io")
            .Add(page => page.Namespace, "acme")
            .Add(page => page.Type, "dns"));
    }
}
