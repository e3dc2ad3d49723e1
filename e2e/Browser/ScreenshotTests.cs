using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>
/// Every page on a wide and a narrow screen, light and dark: nothing may stick out or report an error. With
/// <c>MIRROR_SCREENSHOTS</c> naming a directory the pictures are kept there, see docs/screenshots.sh.
/// </summary>
public sealed class ScreenshotTests(StockedMirror stocked) : IClassFixture<StockedMirror>
{
    [RequiresToolFact("chromium")]
    public Task Pages_OnAWideLightScreen_FitAndReportNoError() => CaptureAsync(1280, ColorScheme.Light);

    [RequiresToolFact("chromium")]
    public Task Pages_OnAWideDarkScreen_FitAndReportNoError() => CaptureAsync(1280, ColorScheme.Dark);

    [RequiresToolFact("chromium")]
    public Task Pages_OnANarrowLightScreen_FitAndReportNoError() => CaptureAsync(390, ColorScheme.Light);

    [RequiresToolFact("chromium")]
    public Task Pages_OnANarrowDarkScreen_FitAndReportNoError() => CaptureAsync(390, ColorScheme.Dark);

    private async Task CaptureAsync(int width, ColorScheme scheme)
    {
        var visitor = await stocked.Chromium.OpenAsync(stocked.Server.Url, width, scheme: scheme);
        var admin = await stocked.Chromium.OpenAsync(stocked.Server.Url, width, scheme: scheme);
        await using var visitorContext = visitor.Context;
        await using var adminContext = admin.Context;
        await stocked.SignInAsync(admin);
        var errors = new List<string>();
        Listen(visitor, errors);
        Listen(admin, errors);
        foreach (var (name, url, heading, signedIn) in UiPage.All)
        {
            var page = signedIn ? admin : visitor;
            await page.GotoAsync(url);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{name} is {overflow} pixels wider than a screen of {width}");
            if (Environment.GetEnvironmentVariable("MIRROR_SCREENSHOTS") is { Length: > 0 } directory)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            }
        }

        Assert.Empty(errors);
    }

    private static void Listen(IPage page, List<string> errors)
    {
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            // A page of what is not there answers 404, one of what is not for the visitor 403; the browser reports both as errors.
            if (message.Type == "error" && !message.Text.Contains("status of 404", StringComparison.Ordinal) && !message.Text.Contains("status of 403", StringComparison.Ordinal))
            {
                errors.Add($"{page.Url}: {message.Text}");
            }
        };
    }
}
