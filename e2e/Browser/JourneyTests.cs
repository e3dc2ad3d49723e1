using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>What people come for, from beginning to end, without changing anything.</summary>
[Collection(nameof(StockedMirror))]
public sealed class JourneyTests(StockedMirror stocked)
{
    private const string Hello = "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0";

    [RequiresToolFact("chromium")]
    public async Task Visitor_SeesNothingToDelete_AndTheApiRefuses()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.OpenAsync(Hello);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Platforms" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delete") })).ToHaveCountAsync(0);
        var answer = await page.APIRequest.DeleteAsync(new Uri(stocked.Server.Url, "api/v1/groups/default/providers/registry.example.com/example/hello/versions/2.0.0").ToString());
        Assert.Equal(401, answer.Status);
    }

    [RequiresToolFact("chromium")]
    public async Task Keyboard_Alone_FindsAVersionAndOpensIt()
    {
        var page = await OpenAsync();
        await using var context = page.Context;
        await page.OpenAsync("groups/default/-/provider-mirrors");

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
        await page.OpenAsync("groups/default/-/provider-mirrors");

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
        await page.OpenAsync("groups/default/-/provider-mirrors");

        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await page.ReloadAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    private async Task<IPage> OpenAsync(int width = 1280) => await stocked.Chromium.OpenAsync(stocked.Server.Url, width);
}
