using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ProviderMirrorsPageTests : ProviderMirrorsFixture
{
    [Fact]
    public void List_WithoutStoredVersions_ExplainsHowToUseTheMirror()
    {
        var page = Open(List);

        Assert.Equal("Nothing is mirrored yet", page.Find("h2").TextContent);
        Assert.Equal("groups/default/-/use-this-mirror", page.Find(".state a").GetAttribute("href"));
        Assert.Empty(page.FindAll("input"));
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
        var note = page.Find(".page-note");
        Assert.Contains("default/network shares the mirror of its root group", note.TextContent);
        Assert.Equal(List, note.QuerySelector("a")!.GetAttribute("href"));
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

        Assert.Equal("hashicorp/aws", Cell(row, "provider").TextContent);
        Assert.Equal(
            "groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/aws/5.100.0", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("5.100.0", Cell(row, "version").TextContent);
        Assert.Equal("verified HashiCorp Security", Cell(row, "trust").TextContent);
        Assert.Contains("Signed by HashiCorp Security (hashicorp.com/security)", Cell(row, "trust").FirstElementChild!.GetAttribute("title"));
        Assert.Equal("darwin/arm64linux2", Cell(row, "platforms").TextContent);
        Assert.Equal("darwin/arm64, linux/amd64, linux/arm64", Cell(row, "platforms").FirstElementChild!.GetAttribute("title"));
        Assert.Equal("28.9 MB", Cell(row, "size").TextContent);
        Assert.Equal("2 hours ago", Cell(row, "cached").TextContent);
        Assert.Equal("2026-01-01 10:00:00 UTC", Cell(row, "cached").FirstElementChild!.GetAttribute("title"));
        Assert.Equal("run-7 (job: one Terraform run)", Cell(row, "by").TextContent);
        Assert.Equal("run-7 (job: one Terraform run), 2026-01-01 10:00:00 UTC", Cell(row, "by").FirstElementChild!.GetAttribute("title"));
        Assert.Equal("Job", row.QuerySelector("svg")!.GetAttribute("data-kind"));
        Assert.Equal("40 min ago", Cell(row, "used").TextContent);
    }

    [Fact]
    public async Task Row_OfAVersionThatPolicyHides_IsMarkedWithTheReason()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Job);
        await Seed.SignedAsync("hashicorp/aws", "4.67.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Job);
        await Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Allow, ProviderPattern.Parse("hashicorp/*"), VersionConstraint.Parse("~> 4.0"), null),
            Job,
            CancellationToken.None);

        var rows = Open(List).FindAll("tbody tr");
        var provider = Open(List + "?view=providers").Find("tbody tr");

        Assert.Equal(["5.100.0hidden", "4.67.0"], rows.Select(row => Cell(row, "version").TextContent));
        Assert.Equal("Hidden by policy: no allow rule matches it", Cell(rows[0], "version").LastElementChild!.GetAttribute("title"));
        Assert.Equal("5.100.0hidden", Squeeze(Cell(provider, "version").TextContent));
        Assert.Equal(["4.67.0"], Open(List + "?hidden=no").FindAll("tbody tr").Select(row => Cell(row, "version").TextContent));
        Assert.Equal(["5.100.0hidden"], Open(List + "?hidden=yes").FindAll("tbody tr").Select(row => Cell(row, "version").TextContent));
    }

    [Fact]
    public async Task Row_OfAnotherOrigin_ShowsItsHost()
    {
        await Seed.AddAsync("example.com/acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var row = Open(List).Find("tbody tr");

        Assert.Equal("example.com/acme/dns", Cell(row, "provider").TextContent);
        Assert.Equal("imported", Cell(row, "trust").TextContent);
        Assert.Equal("User", row.QuerySelector("svg")!.GetAttribute("data-kind"));
    }

    [Fact]
    public async Task Row_OfAVersionWithoutPackages_ShowsThatItIsEmpty()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", [], 0, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var row = Open(List).Find("tbody tr");

        Assert.Equal("empty", Cell(row, "trust").TextContent);
        Assert.Equal("–", Cell(row, "size").TextContent);
        Assert.Equal("never", Cell(row, "used").TextContent);
    }

    [Fact]
    public async Task Columns_OfTheCookie_AreShownInTheirOrder()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);
        Services.GetRequiredService<KeptCookies>()[KeptCookies.Columns] = "size.version.nonsense";

        var page = Open(List);

        Assert.Equal(["Provider↑, sorted ascending", "Size", "Version"], page.FindAll("th").Select(heading => heading.TextContent.Trim()));
    }

    [Fact]
    public async Task ColumnsDialog_Saved_ChangesAndKeepsTheColumns()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List);

        var asking = Button(page, "Columns").ClickAsync();
        await dialogs.WaitForElement("button[aria-label='Move Trust up']").ClickAsync();
        await dialogs.FindAll("input[type=checkbox]")[2].ChangeAsync(false);
        await Button(dialogs, "Save").ClickAsync();
        await asking;

        page.WaitForAssertion(() => Assert.Equal(
            ["Provider↑, sorted ascending", "Trust", "Version", "Size", "Cached", "Cached by", "Last used"],
            page.FindAll("th").Select(heading => heading.TextContent.Trim())));
        Assert.Equal("trust.version.size.cached.by.used", page.Find("kept-cookie").GetAttribute("value"));
        Assert.Equal("trust.version.size.cached.by.used", Services.GetRequiredService<KeptCookies>()[KeptCookies.Columns]);
    }

    [Fact]
    public async Task ByProvider_RowsAreProvidersThatLinkToTheirVersions()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        await Seed.AddAsync("acme/dns", "1.1.0", ["darwin_arm64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await Seed.AddAsync("acme/dns", "2.0.0-rc1", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        await Seed.AddAsync("other/vault", "9.0.0-beta1", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?view=providers");
        var row = page.Find("tbody tr");

        Assert.Equal(["acme/dns", "other/vault"], Providers(page));
        Assert.Equal("2 providers", page.Find(".range").TextContent);
        Assert.Equal(
            ["1.1.0", "3", "imported", "darwin/arm64linux/amd64"],
            new[] { "version", "versions", "trust", "platforms" }.Select(column => Squeeze(Cell(row, column).TextContent)));
        Assert.Equal("none", Squeeze(page.FindAll("td.c-version")[1].TextContent));
        Assert.Equal(List + "?provider=acme/dns", Cell(row, "provider").FirstElementChild!.GetAttribute("href"));
        Assert.Equal(List, page.FindAll(".views a")[0].GetAttribute("href"));

        var within = Open(List + "?provider=acme/dns");

        Assert.Equal(["2.0.0-rc1", "1.1.0", "1.0.0"], within.FindAll("td.c-version").Select(cell => cell.TextContent));
        Assert.Equal(List, within.Find("[aria-label='Remove the filter Provider: acme/dns']").GetAttribute("href"));
    }

    [Fact]
    public async Task Version_TooNew_IsNoLongerMarkedWhenItsTimeComes()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Job);
        await Services.GetRequiredService<Policies>().SetMinimumReleaseAgeAsync(
            MirrorDbContext.DefaultGroupId, TimeSpan.FromHours(4), Job, CancellationToken.None);
        var page = Open(List);
        Assert.Equal("5.100.0hidden", page.Find("td.c-version").TextContent);

        // It was signed three hours ago.
        Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("5.100.0hidden", page.Find("td.c-version").TextContent);
        Time.Advance(TimeSpan.FromMinutes(1));

        page.WaitForAssertion(() => Assert.Equal("5.100.0", page.Find("td.c-version").TextContent));
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

        Assert.Equal("imported", page.Find("td.c-trust").TextContent);
        Time.Advance(CatalogWatch.Interval);
        page.WaitForAssertion(() => Assert.Equal("empty", page.Find("td.c-trust").TextContent));
    }
}
