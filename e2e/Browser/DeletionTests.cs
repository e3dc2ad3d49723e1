using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Deletions, with a separate mirror, because deleted versions do not come back.</summary>
public sealed class DeletionTests : IAsyncLifetime
{
    private readonly PopulatedMirror _stocked = new();

    public Task InitializeAsync() => _stocked.InitializeAsync();

    public Task DisposeAsync() => _stocked.DisposeAsync();

    [RequiresToolFact("chromium")]
    public async Task Administrator_DeletingAPlatformAndAVersion_ConfirmsEach()
    {
        var page = await _stocked.Chromium.OpenAsync(_stocked.Server.Url);
        await using var context = page.Context;
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

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("and its 3 packages");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete Mirror" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/provider-mirrors$"));
        await Expect(page.Locator("tbody tr").Filter(new() { HasText = "2.0.0" })).ToHaveCountAsync(0);
    }
}
