using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>axe-core finds nothing on any page, in light and dark: https://github.com/dequelabs/axe-core.</summary>
public sealed class AccessibilityTests(StockedMirror stocked) : IClassFixture<StockedMirror>
{
    [AxeFact]
    public Task Pages_InLight_HaveNoViolation() => CheckAsync(1280, ColorScheme.Light);

    [AxeFact]
    public Task Pages_InDark_HaveNoViolation() => CheckAsync(1280, ColorScheme.Dark);

    [AxeFact]
    public Task Pages_OnANarrowScreen_HaveNoViolation() => CheckAsync(390, ColorScheme.Light);

    private async Task CheckAsync(int width, ColorScheme scheme)
    {
        string script = await File.ReadAllTextAsync(AxeFactAttribute.ScriptPath);
        var visitor = await stocked.Chromium.OpenAsync(stocked.Server.Url, width, scheme: scheme);
        var admin = await stocked.Chromium.OpenAsync(stocked.Server.Url, width, scheme: scheme);
        await using var visitorContext = visitor.Context;
        await using var adminContext = admin.Context;
        await stocked.SignInAsync(admin);
        var found = new List<string>();
        foreach (var shown in UiPage.All)
        {
            var page = shown.SignedIn ? admin : visitor;
            await page.GotoAsync(shown.Url);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(shown.Heading);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            // The circuit draws the title anew.
            await Expect(page).ToHaveTitleAsync(new Regex("."));
            // Not a script element: the pages' own policy forbids what does not come from this instance.
            await page.EvaluateAsync(script);
            var result = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
            foreach (var violation in result.GetProperty("violations").EnumerateArray())
            {
                string nodes = string.Join("; ", violation.GetProperty("nodes").EnumerateArray().Take(3)
                    .Select(node => $"{node.GetProperty("target")} {node.GetProperty("failureSummary").GetString()?.ReplaceLineEndings(" ")}"));
                found.Add($"{shown.Name}: {violation.GetProperty("id")}: {nodes}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
