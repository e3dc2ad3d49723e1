using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>What people come for, from beginning to end. Each test has a mirror of its own, since some take away.</summary>
public sealed class JourneyTests : IAsyncLifetime
{
    private const string Hello = "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0";

    private readonly StockedMirror _stocked = new();

    public Task InitializeAsync() => _stocked.InitializeAsync();

    public Task DisposeAsync() => _stocked.DisposeAsync();

    [RequiresToolFact("chromium")]
    public async Task Administrator_DeletesAPlatformAndThenTheVersion_EachAfterAConfirmation()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await _stocked.SignInAsync(page);
        await page.GotoAsync(Hello);
        await page.WhenInteractiveAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("cannot be undone");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Keep" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        await Expect(page.GetByText("Deleted linux/arm64.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("all its 3 packages");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/provider-mirrors$"));
        await Expect(page.Locator("tbody tr").Filter(new() { HasText = "2.0.0" })).ToHaveCountAsync(0);
    }

    [RequiresToolFact("chromium")]
    public async Task Visitor_SeesNothingToDelete_AndTheApiRefuses()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.GotoAsync(Hello);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Platforms" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delete") })).ToHaveCountAsync(0);
        var answer = await page.APIRequest.DeleteAsync(new Uri(_stocked.Server.Url, "api/v1/groups/default/providers/registry.example.com/example/hello/versions/2.0.0").ToString());
        Assert.Equal(401, answer.Status);
    }

    [RequiresToolFact("chromium")]
    public async Task Keyboard_Alone_FindsAVersionAndOpensIt()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.GotoAsync("groups/default/-/provider-mirrors");
        await page.WhenInteractiveAsync();

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        while (!await page.GetByLabel("Search provider mirrors").EvaluateAsync<bool>("field => field === document.activeElement"))
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.TypeAsync("clock");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        while (!await page.EvaluateAsync<bool>("!!document.activeElement.closest('tbody')"))
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("example/clock");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task NarrowScreen_TheNavigationOpensAsAPopoverAndLeadsOn()
    {
        var page = await OpenAsync(390);
        await using var context = page.Context;
        await page.GotoAsync("groups/default/-/provider-mirrors");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" })).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Use this mirror");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Overview" })).ToBeHiddenAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Theme_Chosen_StaysAfterAReload()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.GotoAsync("groups/default/-/provider-mirrors");

        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await page.ReloadAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [RequiresToolFact("chromium")]
    public async Task Circuit_ThatIsLost_SaysSoAndKeepsThePage()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.GotoAsync("groups/default/-/provider-mirrors");
        await page.GetByLabel("Search provider mirrors").FillAsync("clock");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        await _stocked.Server.StopAsync();

        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    private async Task<IPage> OpenAsync(int width = 1280) => await _stocked.Chromium.OpenAsync(_stocked.Server.Url, width);
}
