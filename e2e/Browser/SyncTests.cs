using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Syncs and diagnoses in the browser, for a deployer and a viewer.</summary>
public sealed class SyncTests(PopulatedMirror stocked) : BrowserJourney, IClassFixture<PopulatedMirror>
{
    private const string Sunrise = "registry.example.com/example/sunrise";

    [RequiresToolFact("chromium")]
    public async Task Sync_StartedInTheDialog_ShowsProgressAndSurvivesAReload()
    {
        var gate = new Gate();
        stocked.Origin.AddProvider("example/sunrise").AddVersions("1.0.0", "1.1.0");
        using var hanging = stocked.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate));
        var page = await OpenSignedInAsync("groups/default/-/provider-mirrors");

        try
        {
            var dialog = await OpenDialogAsync(page);
            await dialog.GetByLabel("Provider", new() { Exact = true }).FillAsync(Sunrise);
            await Expect(dialog.GetByText("2 versions at registry.example.com.")).ToBeVisibleAsync();
            var versions = dialog.GetByLabel("Versions", new() { Exact = true });
            await versions.FillAsync("~> 1.0");
            await Expect(versions).ToHaveAttributeAsync("aria-expanded", "true");
            await page.Keyboard.PressAsync("Escape");
            await Expect(versions).ToHaveAttributeAsync("aria-expanded", "false");
            await Expect(dialog.GetByText("Selects 2 versions: 1.1.0, 1.0.0.")).ToBeVisibleAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "linux/amd64", Exact = true }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Start sync" }).ClickAsync();

            await Expect(dialog.GetByText("0 of 2 packages", new() { Exact = false })).ToBeVisibleAsync();
            await Expect(dialog.Locator("tbody tr")).ToHaveCountAsync(2);
            await Expect(dialog.Locator("tbody").GetByText("fetching").First).ToBeVisibleAsync();
            await dialog.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/-/syncs/[0-9]+$"));
            await Expect(dialog).ToBeHiddenAsync();
            await page.ReloadAsync();
            await Expect(page.GetByText("fetching").First).ToBeVisibleAsync();
        }
        finally
        {
            gate.Open();
        }

        await Expect(page.Locator(".page-header [data-state]")).ToHaveTextAsync("succeeded");
        await Expect(page.GetByText("2 of 2 packages", new() { Exact = false })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = Sunrise }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("example/sunrise");
    }

    [RequiresToolFact("chromium")]
    public async Task Sync_Canceled_ShowsThat()
    {
        var gate = new Gate();
        stocked.Origin.AddProvider("example/sunset").AddVersions("1.0.0");
        using var hanging = stocked.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate));
        var page = await OpenSignedInAsync("groups/default/-/syncs");

        try
        {
            var dialog = await OpenDialogAsync(page);
            await dialog.GetByLabel("Provider", new() { Exact = true }).FillAsync("registry.example.com/example/sunset");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Start sync" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel sync" }).ClickAsync();

            await Expect(dialog.Locator("[data-state]").First).ToHaveTextAsync("cancelled");
            await dialog.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
            await Expect(page.Locator(".page-header [data-state]")).ToHaveTextAsync("cancelled");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run again" })).ToBeVisibleAsync();
        }
        finally
        {
            gate.Open();
        }
    }

    [RequiresToolFact("chromium")]
    public async Task LockFile_Uploaded_IsSynced()
    {
        stocked.Origin.AddProvider("example/tide").AddVersions("2.3.4");
        var page = await OpenSignedInAsync("groups/default/-/syncs");
        var dialog = await OpenDialogAsync(page);

        await dialog.GetByLabel("The locked versions of a project").CheckAsync();
        var file = dialog.GetByLabel("Dependency lock file");
        await Expect(file).ToBeEnabledAsync();
        await file.SetInputFilesAsync(new FilePayload
        {
            Name = ".terraform.lock.hcl",
            MimeType = "text/plain",
            Buffer =
                "provider \"registry.example.com/example/tide\" {\n  version = \"2.3.4\"\n  hashes = [\n    \"h1:x\",\n  ]\n}\n"u8.ToArray(),
        });
        await Expect(dialog.GetByText(".terraform.lock.hcl locks 1 provider:")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start sync" }).ClickAsync();

        await Expect(dialog.Locator("[data-state]").First).ToHaveTextAsync("succeeded");
        await dialog.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await Expect(page.Locator(".facts").GetByText("registry.example.com/example/tide 2.3.4")).ToBeVisibleAsync();
    }

    [RequiresToolFact("chromium")]
    public async Task Viewer_WithoutPermission_SeesNoButtonsAndIsDeniedByTheApi()
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);

        foreach (string url in new[] { "groups/default/-/provider-mirrors", "groups/default/-/syncs", "groups/default/-/policy" })
        {
            await page.OpenAsync(url);
            await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Sync|Add rule|Save") }))
                .ToHaveCountAsync(0);
        }

        using var sync = await stocked.Server.Client.PostAsJsonAsync(
            "api/v1/groups/default/syncs", new { providers = new[] { new { provider = Sunrise } } });
        using var rule = await stocked.Server.Client.PostAsJsonAsync(
            "api/v1/groups/default/policy/rules", new { kind = "deny", provider = "hashicorp/*" });
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (sync.StatusCode, rule.StatusCode));
    }

    [RequiresToolFact("chromium")]
    public async Task Policy_RuleAdded_FailsAnInitWithItsReason()
    {
        stocked.Origin.AddProvider("example/storm").AddVersions("1.0.0");
        var page = await OpenSignedInAsync("groups/default/-/policy");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Providers", new() { Exact = true }).FillAsync("registry.example.com/example/storm");
        await dialog.GetByLabel("Why").FillAsync("breaks the build");
        await Expect(dialog.GetByText("Hides no known version, and makes none available.")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("breaks the build") })).ToBeVisibleAsync();
        await page.OpenAsync("groups/default/-/providers/registry.example.com/example/storm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check origin" }).ClickAsync();

        await Expect(page.Locator(".verdict")).ToContainTextAsync("The policy hides registry.example.com/example/storm 1.0.0");
        await Expect(page.Locator(".verdict")).ToContainTextAsync("breaks the build");
    }

    private async Task<IPage> OpenSignedInAsync(string url)
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);
        await stocked.SignInAsync(page);
        await page.OpenAsync(url);
        return page;
    }

    private static async Task<ILocator> OpenDialogAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Sync providers" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        return dialog;
    }
}
