using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Complete user journeys that change nothing.</summary>
[Collection(nameof(PopulatedMirror))]
public sealed class JourneyTests(PopulatedMirror stocked) : BrowserJourney
{
    private const string Hello = "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0";

    [RequiresToolFact("chromium")]
    public async Task Visitor_NotSignedIn_SeesNoDeleteButtonsAndIsDeniedByTheApi()
    {
        var page = await OpenAsync();
        await page.OpenAsync(Hello);

        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Platforms" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delete") })).ToHaveCountAsync(0);
        var answer = await page.APIRequest.DeleteAsync(
            new Uri(stocked.Server.Url, "api/v1/groups/default/providers/registry.example.com/example/hello/versions/2.0.0").ToString());
        Assert.Equal(401, answer.Status);
    }

    [RequiresToolFact("chromium")]
    public async Task Keyboard_WithoutAMouse_FindsAndOpensAVersion()
    {
        var page = await OpenAsync();
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
    public async Task Palette_ByKeyboardAlone_OpensAVersion()
    {
        var page = await OpenAsync();
        await page.OpenAsync("groups/default/-/overview");

        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("hello 2.0");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "example/hello 2.0.0" })).ToBeVisibleAsync();
        var search = page.GetByRole(AriaRole.Combobox);
        while (await page.GetByRole(AriaRole.Option, new() { Name = "example/hello 2.0.0" }).GetAttributeAsync("aria-selected") != "true")
        {
            // The server moves the selection; a second key before that would move it too far.
            string? selected = await search.GetAttributeAsync("aria-activedescendant");
            await page.Keyboard.PressAsync("ArrowDown");
            await Expect(search).Not.ToHaveAttributeAsync("aria-activedescendant", selected ?? "");
        }

        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("example/hello");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Search");
        await Expect(page.Locator("[role=dialog]:focus-within")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [RequiresToolFact("chromium")]
    public async Task Shortcuts_WhileTheUserTypes_DoNotFireExceptCtrlK()
    {
        var page = await OpenAsync();
        await page.OpenAsync("groups/default/-/provider-mirrors");

        await page.GetByLabel("Search provider mirrors").FocusAsync();
        await page.Keyboard.TypeAsync("g/?");

        await Expect(page.GetByLabel("Search provider mirrors")).ToHaveValueAsync("g/?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Navigation_OnANarrowScreen_OpensAsAPopoverAndNavigates()
    {
        var page = await OpenAsync(390);
        await page.OpenAsync("groups/default/-/provider-mirrors");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" })).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Use this mirror");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Overview" })).ToBeHiddenAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Navigation_OpenedBeforeTheCircuitOnANarrowScreen_StaysOpen()
    {
        var page = await OpenAsync(390);
        var held = new TaskCompletionSource();
        await page.RouteAsync(new Regex("/blazor\\.web.*\\.js"), async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("groups/default/-/provider-mirrors", new() { WaitUntil = WaitUntilState.Commit });
        await page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" })).ToBeVisibleAsync();

        held.SetResult();
        await page.WhenInteractiveAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Use this mirror" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Use this mirror");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Overview" })).ToBeHiddenAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Theme_Selected_StaysAfterAReload()
    {
        var page = await OpenAsync();
        await page.OpenAsync("groups/default/-/provider-mirrors");

        await page.GetByRole(AriaRole.Button, new() { Name = "Preferences" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ReloadAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [RequiresToolFact("chromium")]
    public async Task Circuit_Lost_ReconnectsAndContinues()
    {
        var page = await OpenAsync(loses: true);
        bool reachable = true;
        var connections = new List<IWebSocketRoute>();
        await page.RouteAsync("**/_blazor/negotiate**", route => reachable ? route.ContinueAsync() : route.AbortAsync());
        await page.RouteWebSocketAsync(new Regex("/_blazor"), connection =>
        {
            connections.Add(connection);
            connection.ConnectToServer();
        });
        await page.GotoAsync("groups/default/-/provider-mirrors");
        await page.GetByLabel("Search provider mirrors").FillAsync("clock");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        reachable = false;
        await connections[^1].CloseAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        reachable = true;

        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByLabel("Search provider mirrors")).ToHaveValueAsync("clock");
        await page.GetByLabel("Search provider mirrors").FillAsync("hello 2");
        await Expect(page.Locator("tbody tr")).ToContainTextAsync(["example/hello"]);
    }

    private Task<IPage> OpenAsync(int width = 1280, bool loses = false) => OpenAsync(stocked.Chromium, stocked.Server.Url, width, loses: loses);
}
