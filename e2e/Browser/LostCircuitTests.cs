using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>A server that stops while a user has one of its pages open.</summary>
public sealed class LostCircuitTests : BrowserJourney
{
    private readonly PopulatedMirror _stocked = new();

    public override Task InitializeAsync() => _stocked.InitializeAsync();

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _stocked.DisposeAsync();
        }
    }

    [RequiresToolFact("chromium")]
    public async Task Circuit_LostPermanently_ShowsAMessageAndKeepsThePage()
    {
        var page = await OpenAsync(_stocked.Chromium, _stocked.Server.Url, loses: true);
        await page.OpenAsync("groups/default/-/provider-mirrors");
        await page.GetByLabel("Search provider mirrors").FillAsync("clock");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        await _stocked.Server.StopAsync();

        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
    }
}
