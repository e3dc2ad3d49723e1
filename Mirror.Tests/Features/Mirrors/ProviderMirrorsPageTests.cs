using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
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

        page.WaitForAssertion(() => Assert.Contains("expected at most 8", page.Find(".mud-alert").TextContent, StringComparison.Ordinal));
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
        for (int i = 0; i < VersionListState.DefaultPageSize + 3; i++)
        {
            await Seed.AddAsync("acme/dns", $"1.{i}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        }

        await Seed.AddAsync("other/vault", "9.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?q=dns&sort=version&order=asc&page=2");

        Assert.Equal(["1.50.0", "1.51.0", "1.52.0"], page.FindAll("td.c-version").Select(cell => cell.TextContent));
        Assert.Equal("51–53 of 53 versions", page.Find(".range").TextContent);
        Assert.Equal("Version↑, sorted ascending", page.Find("th.c-version").TextContent.Trim());
        Assert.Equal("dns", page.Find("#search").GetAttribute("value"));
        Assert.Equal(List + "?q=dns&sort=version&order=asc", page.Find("a[aria-label='Previous page']").GetAttribute("href"));
        Assert.Equal(List + "?q=dns&sort=version&order=asc", page.Find("a[aria-label='First page']").GetAttribute("href"));
        Assert.True(page.Find("button[aria-label='Next page']").HasAttribute("disabled"));
        Assert.True(page.Find("button[aria-label='Last page']").HasAttribute("disabled"));
        Assert.Equal(List + "?q=dns&sort=version", page.Find("th.c-version a").GetAttribute("href"));
        Assert.Equal(List + "?q=dns&sort=size", page.Find("th.c-size a").GetAttribute("href"));
        Assert.Equal(
            ["50", "100", "250"], page.FindAll("[aria-label='Rows per page'] a").Select(link => link.TextContent));
        Assert.Equal(
            List + "?q=dns&sort=version&order=asc&size=100", page.FindAll("[aria-label='Rows per page'] a")[1].GetAttribute("href"));
    }

    [Fact]
    public async Task Url_WithFilters_ShowsThemAsChipsThatRemoveThem()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);
        await Seed.AddAsync("acme/vault", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(9), Person);
        await Seed.AddAsync("acme/wan", "1.0.0", ["linux_arm64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);

        var page = Open(List + "?trust=imported&platform=linux_amd64");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Equal(
            List + "?platform=linux_amd64", page.Find("[aria-label='Remove the filter Trust: imported']").GetAttribute("href"));
        Assert.Contains(page.FindAll("[aria-label='Filters in use'] a"), link => link.TextContent == "Clear filters" && link.GetAttribute("href") == List);
    }

    [Fact]
    public async Task Url_WithMalformedFilters_NamesThemAndIgnoresThem()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);

        var page = Open(List + "?trust=5&unused=soon&from=never");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Contains("which have no effect: trust, from, unused.", page.Find(".mud-alert").TextContent);
    }

    [Fact]
    public async Task Filters_WithoutAMatch_CanBeCleared()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);

        var page = Open(List + "?trust=verified");

        Assert.Equal("No provider mirror matches the filters", page.Find("h2").TextContent);
        Assert.Equal(List, page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task FilterDialog_Applied_ChangesTheUrl()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        var page = Open(List + "?trust=imported&page=3");

        var asking = Button(page, "Filters").ClickAsync();
        await dialogs.WaitForElement("input[type=date]").ChangeAsync("2025-12-01");
        await Button(dialogs, "Apply").ClickAsync();
        await asking;

        page.WaitForAssertion(() => Assert.Equal(List + "?trust=imported&from=2025-12-01", Address));
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
    public async Task Rows_OfAnAnonymousUser_CannotBeSelected()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        Assert.Empty(Open(List).FindAll("input[type=checkbox]"));
    }

    [Fact]
    public async Task Rows_OfAWorkspace_CannotBeSelected()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        SignIn();

        Assert.Empty(Open("groups/default/network/-/provider-mirrors", "default/network").FindAll("input[type=checkbox]"));
    }

    [Fact]
    public async Task Selected_DeletedAndConfirmed_AreNamedAndCountedAndRemoved()
    {
        await SeedManyAsync(12);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List + "?size=100");

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        Assert.Contains("12 selected", page.Find("[aria-label='Selected versions']").TextContent);
        await page.Find("input[aria-label='Select acme/dns 1.0.0']").ChangeAsync(false);
        var deleting = Button(page, "Delete").ClickAsync();
        dialogs.WaitForElement(".bulk");

        Assert.Contains("Delete 11 versions with 11 packages (946.5 KB)?", dialogs.Find(".bulk").TextContent);
        Assert.Equal(10, dialogs.FindAll(".bulk li").Count);
        Assert.Equal("acme/dns 1.11.0", dialogs.Find(".bulk li").TextContent);
        Assert.Contains("… and 1 more", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Delete 11 versions").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("11 of 11 done.", dialogs.Find(".bulk").TextContent));
        await Button(dialogs, "Close").ClickAsync();
        await deleting;

        page.WaitForAssertion(() => Assert.Equal(["1.0.0"], page.FindAll("td.c-version").Select(cell => cell.TextContent)));
        Assert.Empty(page.FindAll("[aria-label='Selected versions']"));
    }

    [Fact]
    public async Task Selected_DeletedAfterTheSessionEndedElsewhere_AreKept()
    {
        await SeedManyAsync(2);
        var user = SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List);

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);
        var deleting = Button(page, "Delete").ClickAsync();
        dialogs.WaitForElement(".bulk");
        await Button(dialogs, "Delete 2 versions").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("0 of 2 done; 2 not tried.", dialogs.Find(".bulk").TextContent));
        Assert.Contains("you no longer have the role", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Close").ClickAsync();
        await deleting;

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("input[type=checkbox]")));
        Assert.NotNull(await StoredAsync("acme/dns", "1.0.0"));
    }

    [Fact]
    public async Task Selected_Refreshed_AreQueriedFromTheOriginAgain()
    {
        await SeedManyAsync(2);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List);

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        var refreshing = Button(page, "Refresh").ClickAsync();
        dialogs.WaitForElement(".bulk");
        Assert.Contains("Refresh 1 provider?", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Refresh").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("1 of 1 done.", dialogs.Find(".bulk").TextContent));
        await Button(dialogs, "Close").ClickAsync();
        await refreshing;

        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.Equal("registry.terraform.io/acme/dns", db.Audit.Single(row => row.Action == "documents.refresh").Provider);
    }

    [Fact]
    public async Task Selected_Exported_AreSavedAsAFile()
    {
        await SeedManyAsync(3);
        SignIn();
        var page = Open(List);

        await page.Find("input[aria-label='Select acme/dns 1.1.0']").ChangeAsync(true);
        await Button(page, "Export CSV").ClickAsync();

        var file = page.Find("save-file");
        Assert.Equal("provider-mirrors-default.csv", file.GetAttribute("name"));
        Assert.Equal(
            ["acme/dns,1.1.0,imported,,linux_amd64,88109,2025-12-31T12:00:00Z,mira,User,2026-01-01T04:00:00Z,"],
            file.GetAttribute("text")!.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1));
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
    public async Task Url_OfAPageBeyondTheLast_ShowsTheLastPage()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?page=9");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Equal("1 version", page.Find(".range").TextContent);
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

    private IRenderedComponent<ProviderMirrorsPage> Open(string url, string group = "default")
    {
        Navigation.NavigateTo(url);
        return Render<ProviderMirrorsPage>(parameters => parameters.Add(page => page.Group, group));
    }

    private async Task SeedManyAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Seed.AddAsync("acme/dns", $"1.{i}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        }
    }

    private static IElement Cell(IElement row, string column) => row.QuerySelector($"td.c-{column}")!;

    private static IElement Button<T>(IRenderedComponent<T> component, string text)
        where T : IComponent => component.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private static string Squeeze(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\s+", " ").Trim();

    private static IEnumerable<string> Providers(IRenderedComponent<ProviderMirrorsPage> page) =>
        page.FindAll("td.c-provider a").Select(link => link.TextContent.Trim());
}
