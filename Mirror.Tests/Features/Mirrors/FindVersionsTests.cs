using Bunit;
using Mirror.Core.Database;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Features.Mirrors;

/// <summary>The search, the filters and the URL of the list of provider mirrors.</summary>
public sealed class FindVersionsTests : ProviderMirrorsFixture
{
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
    public async Task Url_OfAPageBeyondTheLast_ShowsTheLastPage()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open(List + "?page=9");

        Assert.Equal(["acme/dns"], Providers(page));
        Assert.Equal("1 version", page.Find(".range").TextContent);
    }
}
