using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>The page that shows and tries the API.</summary>
[Collection(nameof(PopulatedMirror))]
public sealed class ApiReferenceTests(PopulatedMirror stocked) : BrowserJourney
{
    [RequiresToolFact("chromium")]
    public async Task Page_OfTheApi_ShowsItWithoutAnotherHostAndWithoutAViolation()
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);
        var faults = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(stocked.Server.Url.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                faults.Add(request.Url);
            }
        };

        await page.GotoAsync("scalar/");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open Group - Users" }).ClickAsync();
        await Expect(page.GetByText("List all users, ordered by name").First).ToBeVisibleAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
