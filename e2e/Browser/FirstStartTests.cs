using Microsoft.Playwright;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>The steps after the first start.</summary>
public sealed class FirstStartTests(Chromium chromium) : BrowserJourney, IClassFixture<Chromium>
{
    [RequiresToolFact("chromium")]
    public async Task Administrator_OfANewInstance_IsLedToTheStepsUntilTheyAreDismissed()
    {
        var mirror = Keep(await MirrorProcess.StartAsync());
        var page = await OpenAsync(chromium, mirror.Url);
        await page.GotoAsync("sign-in");
        await page.GetByLabel("Administrator token").FillAsync(await mirror.ReadAdminTokenAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await page.WaitForURLAsync("**/provider-mirrors");
        await page.WhenInteractiveAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Open the first steps" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("First start");
        await page.GetByLabel("User name").FillAsync("alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
        await Expect(page.GetByLabel("Temporary password").Locator("code")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "How clients connect" }).ClickAsync();
        await Expect(page.GetByText("host \"registry.terraform.io\"")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();

        await page.WaitForURLAsync("**/provider-mirrors");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Provider Mirrors");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open the first steps" })).ToHaveCountAsync(0);
    }
}
