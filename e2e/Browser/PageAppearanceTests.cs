using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>
/// Every page, dialog and menu, in both themes and all widths: it does not overflow, reports no error, and axe-core finds no violation
/// (https://github.com/dequelabs/axe-core). The dark theme differs only in its colors, so only the color rules are checked there. If
/// <c>MIRROR_SCREENSHOTS</c> contains a directory, the screenshots are saved there.
/// </summary>
[Collection(nameof(PopulatedMirror))]
public sealed class PageAppearanceTests(PopulatedMirror stocked)
{
    private static readonly (int Width, ColorScheme Scheme)[] Looks = [
        (1440, ColorScheme.Light), (1440, ColorScheme.Dark), (840, ColorScheme.Light), (840, ColorScheme.Dark), (390, ColorScheme.Dark), (390, ColorScheme.Light),
    ];

    /// <summary>The smallest width with the navigation next to the page, which is that of a tablet in landscape.</summary>
    private const int LeastRoom = 960;

    /// <summary>The browser needs minutes for a picture of the longest documents.</summary>
    private const int MaxPictureHeight = 8_000;

    [AxeFact]
    public Task Pages_ForVisitors_FitAndHaveNoAccessibilityViolation() => LookAsync(signedIn: false);

    [AxeFact]
    public Task Pages_ForMembers_FitAndHaveNoAccessibilityViolation() => LookAsync(signedIn: true);

    [AxeFact]
    public async Task DialogsAndMenus_OfEveryPage_FitAndHaveNoAccessibilityViolation()
    {
        string axe = await File.ReadAllTextAsync(AxeFactAttribute.ScriptPath);
        var page = await OpenAsync(signedIn: true);
        await using var context = page.Context;
        var faults = ErrorsOf(page);
        foreach (var shown in UiOverlay.All)
        {
            ILocator? overlay = null;
            int opened = 0;
            foreach (var (width, scheme) in Looks)
            {
                // A menu stays where its button was.
                if (overlay is null || (width != opened && await overlay.GetAttributeAsync("role") != "dialog"))
                {
                    await page.SetViewportSizeAsync(opened = width, 640);
                    overlay = await shown.OpenAsync(page);
                    await page.EvaluateAsync(axe);
                }

                string look = await ApplyAsync(page, shown.Name, width, scheme);
                faults.AddRange((await FaultsAsync(page, scheme, ".mud-popover-open, [role=dialog]")).Select(fault => $"{look}: {fault}"));
                if (await overlay.BoundingBoxAsync() is not { } box || box.X < 0 || box.X + box.Width > width)
                {
                    faults.Add($"{look}: is not on the screen");
                }

                await ShootAsync(page, look, fullPage: false);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task LookAsync(bool signedIn)
    {
        string axe = await File.ReadAllTextAsync(AxeFactAttribute.ScriptPath);
        var page = await OpenAsync(signedIn);
        await using var context = page.Context;
        var faults = ErrorsOf(page);
        foreach (var shown in UiPage.All.Where(shown => shown.SignedIn == signedIn))
        {
            await page.GotoAsync(shown.Url);
            if (shown.HasCircuit)
            {
                await page.WhenInteractiveAsync();
            }

            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(shown.Heading);
            // The circuit sets the title again.
            await Expect(page).ToHaveTitleAsync(new Regex("."));
            // This is not a script element, because the content security policy of the pages forbids external scripts.
            await page.EvaluateAsync(axe);
            await page.SetViewportSizeAsync(LeastRoom, 640);
            faults.AddRange((await OverflowAsync(page)).Select(fault => $"{shown.Name}-{LeastRoom}: {fault}"));
            foreach (var (width, scheme) in Looks)
            {
                string look = await ApplyAsync(page, shown.Name, width, scheme);
                faults.AddRange((await FaultsAsync(page, scheme)).Select(fault => $"{look}: {fault}"));
                await ShootAsync(page, look);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task<IPage> OpenAsync(bool signedIn)
    {
        var page = await stocked.Chromium.OpenAsync(stocked.Server.Url);
        if (signedIn)
        {
            await stocked.SignInAsync(page);
        }

        return page;
    }

    private static List<string> ErrorsOf(IPage page)
    {
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) => AddError(errors, page, message);
        return errors;
    }

    private static async Task<string> ApplyAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        await page.SetViewportSizeAsync(width, 640);
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.EvaluateAsync("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        return $"{name}-{width}-{scheme}".ToLowerInvariant();
    }

    /// <param name="selector">What is checked; null for the whole page.</param>
    private static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, ColorScheme scheme, string? selector = null)
    {
        var faults = new List<string>(await OverflowAsync(page));
        string rules = scheme == ColorScheme.Dark ? ", runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }" : "";
        var result = await page.EvaluateAsync<JsonElement>($"axe.run({(selector is null ? "document" : $"'{selector}'")}, {{ resultTypes: ['violations']{rules} }})");
        foreach (var violation in result.GetProperty("violations").EnumerateArray())
        {
            var nodes = violation.GetProperty("nodes").EnumerateArray().Take(3);
            faults.Add($"{violation.GetProperty("id")}: {string.Join("; ", nodes.Select(node => $"{node.GetProperty("target")} {node.GetProperty("failureSummary").GetString()?.ReplaceLineEndings(" ")}"))}");
        }

        return faults;
    }

    private static async Task<IEnumerable<string>> OverflowAsync(IPage page)
    {
        int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        return overflow > 0 ? [$"{overflow} pixels wider than the screen"] : [];
    }

    private static async Task ShootAsync(IPage page, string look, bool fullPage = true)
    {
        if (Environment.GetEnvironmentVariable("MIRROR_SCREENSHOTS") is { Length: > 0 } directory)
        {
            int height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
            await page.ScreenshotAsync(new() { Path = Path.Combine(directory, look + ".png"), FullPage = fullPage && height < MaxPictureHeight });
        }
    }

    private static void AddError(List<string> faults, IPage page, IConsoleMessage message)
    {
        // A page of a missing object returns 404, and a page without permission 403. The browser reports both as errors.
        if (message.Type == "error"
            && !message.Text.Contains("status of 404", StringComparison.Ordinal)
            && !message.Text.Contains("status of 403", StringComparison.Ordinal))
        {
            faults.Add($"{page.Url}: {message.Text}");
        }
    }
}
