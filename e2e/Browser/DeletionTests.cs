using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Deletions, with a separate mirror, because deleted versions do not come back.</summary>
public sealed class DeletionTests : BrowserJourney
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
    public async Task Administrator_DeletingAPlatformAndAVersion_ConfirmsEach()
    {
        var page = await OpenAsync(_stocked.Chromium, _stocked.Server.Url);
        await _stocked.SignInAsync(page);
        await page.OpenAsync("groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("cannot be undone");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete linux/arm64" }).ClickAsync();
        await Expect(page.GetByText("Deleted linux/arm64.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" })).ToHaveCountAsync(0);

        // A double click, as of an impatient user, asks only once.
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).DblClickAsync();
        await Expect(dialog).ToContainTextAsync("and its 3 packages");
        await Expect(dialog).ToHaveCountAsync(1);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).DblClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/provider-mirrors$"));
        await Expect(page.Locator("tbody tr").Filter(new() { HasText = "2.0.0" })).ToHaveCountAsync(0);
    }

    [RequiresToolFact("chromium")]
    public async Task SelectedVersions_Deleted_DisappearInAnotherBrowserWithinSeconds()
    {
        var page = await OpenAsync(_stocked.Chromium, _stocked.Server.Url);
        var other = await OpenAsync(_stocked.Chromium, _stocked.Server.Url);
        await other.OpenAsync("groups/default/-/provider-mirrors");
        await Expect(other.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await _stocked.SignInAsync(page);
        await page.OpenAsync("groups/default/-/provider-mirrors");

        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select registry.example.com/example/hello 1.0.0" }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select registry.example.com/example/clock 3.2.1" }).CheckAsync();
        var selected = page.GetByRole(AriaRole.Group, new() { Name = "Selected versions" });
        await Expect(selected).ToContainTextAsync("2 selected");
        var download = await page.RunAndWaitForDownloadAsync(
            () => selected.GetByRole(AriaRole.Button, new() { Name = "Export JSON" }).ClickAsync());
        Assert.Equal("provider-mirrors-default.json", download.SuggestedFilename);
        await selected.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Delete 2 versions with 3 packages");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete 2 versions" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("2 of 2 done.");

        await Expect(other.Locator("tbody tr")).ToHaveCountAsync(3);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Expect(selected).ToHaveCountAsync(0);
    }
}
