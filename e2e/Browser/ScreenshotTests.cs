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
    private static readonly (string Name, string Url, string Heading)[] Pages = [
        ("provider-mirrors", "groups/default/-/provider-mirrors", "Provider Mirrors"),
        ("version", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0?platform=linux_amd64", "example/hello"),
        ("imported-version", "groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/vault/4.2.0", "hashicorp/vault"),
        ("use-this-mirror", "groups/default/-/use-this-mirror", "Use this mirror"),
    ];

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
        var page = await stocked.Chromium.OpenAsync(stocked.Server.Url, width, scheme: scheme);
        await using var context = page.Context;
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add(message.Text);
            }
        };
        foreach (var (name, url, heading) in Pages)
        {
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
}
