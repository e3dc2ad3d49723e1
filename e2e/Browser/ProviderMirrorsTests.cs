using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>The Provider Mirrors list and the page of a version in the browser.</summary>
[Collection(nameof(PopulatedMirror))]
public sealed class ProviderMirrorsTests(PopulatedMirror stocked) : BrowserJourney
{
    [RequiresToolFact("chromium")]
    public async Task List_WithCachedAndImportedVersions_ShowsBoth()
    {
        var page = await OpenListAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Provider Mirrors" })).ToBeVisibleAsync();
        await Expect(Rows(page)).ToHaveCountAsync(5);
        await Expect(Row(page, "example/hello", "2.0.0")).ToContainTextAsync("Verified", new() { IgnoreCase = true });
        // The default hostname is hidden.
        await Expect(Row(page, "hashicorp/vault", "4.2.0")).ToContainTextAsync("Imported", new() { IgnoreCase = true });
        await Expect(Row(page, "hashicorp/vault", "4.2.0")).Not.ToContainTextAsync("registry.terraform.io");
    }

    [RequiresToolFact("chromium")]
    public async Task Search_WhileTyping_FiltersTheListAndUpdatesTheUrl()
    {
        var page = await OpenListAsync();

        await page.GetByLabel("Search provider mirrors").PressSequentiallyAsync("hello 2");

        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Row(page, "example/hello", "2.0.0")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"[?&]q=hello"));
        await page.ReloadAsync();
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(page.GetByLabel("Search provider mirrors")).ToHaveValueAsync("hello 2");
    }

    [RequiresToolFact("chromium")]
    public async Task Version_OpenedFromTheList_ShowsPlatformChipsAndItsSigner()
    {
        var page = await OpenListAsync();

        await Row(page, "example/hello", "2.0.0").GetByRole(AriaRole.Link).First.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("example/hello");
        foreach (string platform in new[] { "linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64" })
        {
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = platform, Exact = true })).ToBeVisibleAsync();
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64", Exact = true }).ClickAsync();
        await Expect(page.GetByText("zh:").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Trust" }).ClickAsync();
        await Expect(page.GetByText("Example Publisher").First).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("tab=trust$"));
    }

    [RequiresToolFact("chromium")]
    public async Task Version_Imported_ShowsThatNoSignatureWasSeen()
    {
        var page = await OpenListAsync();

        await Row(page, "hashicorp/vault", "4.2.0").GetByRole(AriaRole.Link).First.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("hashicorp/vault");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Trust" }).ClickAsync();
        await Expect(page.GetByText("No publisher signature was seen")).ToBeVisibleAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Filters_ChosenInTheDialog_AreChipsInTheUrlThatCanBeRemoved()
    {
        var page = await OpenListAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Cached from").FillAsync("2020-01-01");
        await dialog.GetByLabel("Trust").ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "imported" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("imported");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex(@"\?trust=imported&from=2020-01-01$"));
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter Trust: imported" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"\?from=2020-01-01$"));
        await Expect(Rows(page)).ToHaveCountAsync(5);
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear filters" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("provider-mirrors$"));
    }

    [RequiresToolFact("chromium")]
    public async Task Columns_Chosen_AreRememberedByTheBrowser()
    {
        var page = await OpenListAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Platforms" }).UncheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Move Trust up" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        string[] expected = ["Provider", "Trust", "Version", "Size", "Cached", "Cached by", "Last used"];
        await Expect(page.Locator("thead th")).ToContainTextAsync(expected);
        await page.ReloadAsync();
        await Expect(page.Locator("thead th")).ToContainTextAsync(expected);
        await page.OpenAsync("groups/default/-/overview");
        await page.GetByRole(AriaRole.Link, new() { Name = "Provider Mirrors" }).First.ClickAsync();
        await Expect(page.Locator("thead th")).ToContainTextAsync(expected);
    }

    [RequiresToolFact("chromium")]
    public async Task Export_OfAFilteredList_DownloadsItsVersions()
    {
        var page = await OpenListAsync();
        await page.OpenAsync("groups/default/-/provider-mirrors?trust=imported");

        await page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Menuitem, new() { Name = "Export CSV" }).ClickAsync());

        Assert.Equal("provider-mirrors-default.csv", download.SuggestedFilename);
        string[] lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        Assert.StartsWith("hashicorp/vault,4.2.0,imported,", Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
    }

    [RequiresToolFact("chromium")]
    public async Task Versions_Compared_ShowWhatDiffersAndCanBeChosenAgain()
    {
        var page = await OpenListAsync();

        await Row(page, "example/hello", "2.0.0").GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Compare versions of example/hello");
        await Expect(Compared(page, "Trust")).ToContainTextAsync("same");
        await Expect(Compared(page, "linux/amd64")).ToContainTextAsync("different archive");
        await Expect(Compared(page, "darwin/arm64")).ToContainTextAsync("added");
        await page.GetByRole(AriaRole.Link, new() { Name = "Swap the versions" }).ClickAsync();
        await Expect(Compared(page, "darwin/arm64")).ToContainTextAsync("missing");
        await page.GetByLabel("To", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "2.0.0" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"\?from=2\.0\.0&to=2\.0\.0$"));
        await Expect(Compared(page, "darwin/arm64")).ToContainTextAsync("same archive");
        await page.GoBackAsync();
        await Expect(Compared(page, "darwin/arm64")).ToContainTextAsync("missing");
    }

    private static ILocator Compared(IPage page, string name) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) });

    private async Task<IPage> OpenListAsync()
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);
        await page.OpenAsync("groups/default/-/provider-mirrors");
        return page;
    }

    private static ILocator Rows(IPage page) => page.Locator("tbody tr");

    private static ILocator Row(IPage page, string name, string version) =>
        Rows(page).Filter(new() { HasText = name }).Filter(new() { HasText = version });
}
