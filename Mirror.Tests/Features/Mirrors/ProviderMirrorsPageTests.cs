using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ProviderMirrorsPageTests : UiFixture
{
    private const string List = "groups/default/-/provider-mirrors";

    private static readonly Principal Job = new(PrincipalKind.Job, "run-7");
    private static readonly Principal Person = new(PrincipalKind.User, "mira");

    [Fact]
    public void List_WithoutStoredVersions_ExplainsHowToUseTheMirror()
    {
        var page = Open(List);

        Assert.Equal("Nothing is mirrored yet", page.Find("h2").TextContent);
        Assert.Equal("groups/default/-/use-this-mirror", page.Find(".state a").GetAttribute("href"));
        Assert.Empty(page.FindAll("input[type=search]"));
    }

    [Fact]
    public void List_OfAMissingGroup_ShowsNotFound()
    {
        var page = Open("groups/nowhere/-/provider-mirrors", "nowhere");

        Assert.Equal("There is no group nowhere", page.Find("h1").TextContent);
        Assert.StartsWith(
            "sign-in?returnUrl=%2Fgroups%2Fnowhere%2F-%2Fprovider-mirrors",
            page.Find(".state a").GetAttribute("href"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfAWorkspace_ShowsAndNamesTheMirrorOfItsRootGroup()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open("groups/default/network/-/provider-mirrors", "default/network");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Contains("default/network shares the mirror of its root group", page.Find(".note").TextContent);
        Assert.Equal(List, page.Find(".note a").GetAttribute("href"));
    }

    [Fact]
    public async Task List_WithAutomaticCachingOff_ShowsThat()
    {
        await AddNamespacesAsync(["air-gapped"]);

        var page = Open("groups/air-gapped/-/provider-mirrors", "air-gapped");

        Assert.Contains("Automatic caching is off here", page.Find(".state").TextContent);
    }

    [Fact]
    public async Task Row_OfAVersionCachedByAJob_ShowsItsDetails()
    {
        await Seed.SignedAsync(
            "hashicorp/aws", "5.100.0", ["linux_amd64", "linux_arm64", "darwin_arm64"], 10_000_000, TimeSpan.FromHours(2), Job);

        var row = Open(List).Find("tbody tr");

        Assert.Equal("hashicorp/aws", row.QuerySelector("td.provider a")!.TextContent.Trim());
        Assert.Equal(
            "groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/aws/5.100.0", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("5.100.0", row.QuerySelector("td.version .chip")!.TextContent);
        Assert.Equal("verified", row.QuerySelector(".trust")!.TextContent);
        Assert.Equal("HashiCorp Security", row.QuerySelector(".trust-cell .detail")!.TextContent);
        Assert.Equal(["darwin/arm64", "linux2"], row.QuerySelectorAll("td.platforms .chip").Select(chip => chip.TextContent));
        Assert.Equal("28.9 MB", row.QuerySelector("td.size")!.TextContent);
        Assert.Equal("2 hours ago", row.QuerySelector("td.cached time")!.TextContent);
        Assert.Equal("2026-01-01 10:00:00 UTC by run-7", row.QuerySelector("td.cached time")!.GetAttribute("title"));
        Assert.Equal("#icon-robot", row.QuerySelector("td.cached use")!.GetAttribute("href"));
        Assert.Equal("40 min ago", row.QuerySelector("td.used time")!.TextContent);
    }

    [Fact]
    public async Task Row_OfAVersionThatPolicyHides_IsMarkedWithTheReason()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Job);
        await Seed.SignedAsync("hashicorp/aws", "4.67.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Job);
        await Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId, PolicyRuleKind.Allow, ProviderPattern.Parse("hashicorp/*"), VersionConstraint.Parse("~> 4.0"),
            null, Job, CancellationToken.None);

        var rows = Open(List).FindAll("tbody tr");
        var provider = Open(List + "?view=providers").Find("tbody tr");

        Assert.Equal(["5.100.0Hidden by policy", "4.67.0"], rows.Select(row => row.QuerySelector("td.version")!.TextContent));
        Assert.Equal("Hidden by policy: no allow rule matches it", rows[0].QuerySelector(".hidden")!.GetAttribute("title"));
        Assert.Equal("newest 5.100.0Hidden by policy", provider.QuerySelector("td.platforms")!.TextContent);
    }

    [Fact]
    public async Task Row_OfAnotherOrigin_ShowsItsHost()
    {
        await Seed.AddAsync("example.com/acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var row = Open(List).Find("tbody tr");

        Assert.Equal("example.com/", row.QuerySelector(".hostname")!.TextContent);
        Assert.Equal("imported", row.QuerySelector(".trust")!.TextContent);
        Assert.Empty(row.QuerySelectorAll(".trust-cell .detail"));
        Assert.Equal("#icon-user", row.QuerySelector("td.cached use")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Row_OfAVersionWithoutPackages_ShowsThatItIsEmpty()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", [], 0, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var row = Open(List).Find("tbody tr");

        Assert.Equal("empty", row.QuerySelector(".trust")!.TextContent);
        Assert.Equal("–", row.QuerySelector("td.size")!.TextContent);
        Assert.Equal("never", row.QuerySelector("td.used")!.TextContent.Trim());
    }

    [Fact]
    public async Task Search_WhileTyping_IsDebouncedAndChangesTheUrl()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await Seed.AddAsync("acme/vault", "2.5.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List);
        var box = page.Find("input[aria-label='Search provider mirrors']");

        await box.InputAsync("va");
        Time.Advance(Debouncer.TypingDelay / 2);
        await box.InputAsync("vault 2.5");
        Time.Advance(Debouncer.TypingDelay / 2);

        Assert.Equal(List, Address);
        Time.Advance(Debouncer.TypingDelay);
        page.WaitForAssertion(() => Assert.Equal(List + "?q=vault%202.5", Address));
        page.WaitForAssertion(() => Assert.Equal(["acme/vault"], Providers(page)));
        Assert.Equal("vault 2.5", page.Find("#search").GetAttribute("value"));
    }

    /// <summary>Input that the field's <c>maxlength</c> does not prevent, or that a client sends without a browser.</summary>
    [Theory]
    [InlineData("1 2 3 4 5 6 7 8 9")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    public async Task Search_WithTooManyWords_IsRejectedWithAnError(string words)
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List);

        await page.Find("#search").InputAsync(words);
        await page.Find("form[role=search]").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("expected at most 8", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal(words, page.Find("#search").GetAttribute("value"));
        Assert.Empty(page.FindAll("tbody tr"));
    }

    [Fact]
    public async Task Search_Submitted_RunsWithoutDelay()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List);

        await page.Find("#search").InputAsync("nothing like it");
        await page.Find("form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal("No provider mirror matches “nothing like it”", page.Find("h2").TextContent));
        Assert.Equal(List, page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Url_WithSearchSortAndPage_ReproducesTheView()
    {
        for (int i = 0; i < VersionListState.PageSize + 3; i++)
        {
            await Seed.AddAsync("acme/dns", $"1.{i}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        }

        await Seed.AddAsync("other/vault", "9.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?q=dns&sort=version&order=asc&page=2");

        Assert.Equal(["1.50.0", "1.51.0", "1.52.0"], page.FindAll("td.version .chip").Select(chip => chip.TextContent));
        Assert.Equal("51–53 of 53 versions", page.Find(".count").TextContent);
        Assert.Equal("ascending", page.Find("th.version").GetAttribute("aria-sort"));
        Assert.Equal("dns", page.Find("#search").GetAttribute("value"));
        Assert.Equal(List + "?q=dns&sort=version&order=asc", page.Find("a[rel=prev]").GetAttribute("href"));
        Assert.Empty(page.FindAll("a[rel=next]"));
        Assert.Equal(List + "?q=dns&sort=version", page.Find("th.version a").GetAttribute("href"));
        Assert.Equal(List + "?q=dns&sort=size", page.Find("th.size a").GetAttribute("href"));
    }

    [Fact]
    public async Task ByProvider_RowsAreProviders_AndLinksExpandTheirVersions()
    {
        foreach (string version in new[] { "1.0.0", "1.1.0" })
        {
            await Seed.AddAsync("acme/dns", version, ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        }

        await Seed.AddAsync("other/vault", "9.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List + "?view=providers");

        Assert.Equal(["acme/dns", "other/vault"], Providers(page));
        Assert.Equal("2 providers", page.Find(".count").TextContent);
        Assert.Equal("2 versions", page.Find("tr.group td.version").TextContent);
        Assert.Equal("1.1.0", page.Find("tr.group .newest .chip").TextContent);
        Assert.Equal(List + "?view=providers&open=acme/dns", page.Find("tr.group a").GetAttribute("href"));
        Assert.Equal(List, page.FindAll(".views a")[0].GetAttribute("href"));

        var unfolded = Open(List + "?view=providers&open=acme/dns");

        Assert.Equal(["1.1.0", "1.0.0"], unfolded.FindAll("tr.within td.version").Select(cell => cell.TextContent));
        Assert.Equal("true", unfolded.Find("tr.group a").GetAttribute("aria-expanded"));
        Assert.Equal(List + "?view=providers", unfolded.Find("tr.group a").GetAttribute("href"));
    }

    [Fact]
    public async Task Url_OfAPageBeyondTheLast_ShowsTheLastPage()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?page=9");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Equal("1 version", page.Find(".count").TextContent);
    }

    [Fact]
    public async Task SortChoice_OnANarrowScreen_ChangesTheUrl()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List + "?q=acme");

        await page.Find("select").ChangeAsync("cached");

        Assert.Equal(List + "?q=acme&sort=cached", Address);
    }

    [Fact]
    public async Task Catalog_Changed_RefreshesAtMostOncePerInterval()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64", "linux_arm64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var page = Open(List);
        var writer = Services.GetRequiredService<CatalogWriter>();

        foreach (string platform in new[] { "linux_amd64", "linux_arm64" })
        {
            await writer.DeletePackageAsync(
                MirrorDbContext.DefaultGroupId,
                ProviderAddress.Parse("acme/dns"),
                ProviderVersion.Parse("1.0.0"),
                Platform.Parse(platform),
                Person,
                CancellationToken.None);
        }

        Assert.Equal("imported", page.Find(".trust").TextContent);
        Time.Advance(CatalogWatch.Interval);
        page.WaitForAssertion(() => Assert.Equal("empty", page.Find(".trust").TextContent));
    }

    private IRenderedComponent<ProviderMirrorsPage> Open(string url, string group = "default")
    {
        Navigation.NavigateTo(url);
        return Render<ProviderMirrorsPage>(parameters => parameters.Add(page => page.Group, group));
    }

    private static IEnumerable<string> Providers(IRenderedComponent<ProviderMirrorsPage> page) =>
        page.FindAll("td.provider a").Select(link => link.TextContent.Trim());
}
