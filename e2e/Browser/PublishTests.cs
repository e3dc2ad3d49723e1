using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Processes;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Publishing from the browser.</summary>
public sealed class PublishTests(PopulatedMirror stocked) : BrowserJourney, IClassFixture<PopulatedMirror>
{
    private const string Registry = "groups/default/-/registry";
    private const string Published = "v1/modules/labs/vpc/aws/versions";

    [RequiresToolFact("chromium")]
    public async Task Module_PublishedByDropping_ShowsItsDocumentationUntilItIsUnpublished()
    {
        var page = await OpenSignedInAsync(Registry);
        await page.GetByRole(AriaRole.Link, new() { Name = "Publish" }).ClickAsync();
        await page.Locator("#publish-files").WaitForAsync(new() { State = WaitForSelectorState.Attached });

        await DropAsync(page, "terraform-aws-vpc-1.2.0.tar.gz", ModuleFiles.Archive);
        await ChooseNamespaceAsync(page, "labs");
        await Expect(page.GetByText("mirror.example.com/labs/vpc/aws 1.2.0")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("labs/vpc/aws 1.2.0");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "the guide" })).ToHaveAttributeAsync("href", "https://example.com/vpc");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Inputs" }).ClickAsync();
        await Expect(page.GetByText("The address range of the VPC.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Dependencies" }).ClickAsync();
        await Expect(page.GetByText("git::https://git.example.com/infra/legacy.git?ref=v1")).ToBeVisibleAsync();
        Assert.Contains("1.2.0", await stocked.Server.Client.GetStringAsync(Published), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Deprecate" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Message").FillAsync("Use acme/network instead.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Deprecate" }).ClickAsync();
        await Expect(page.Locator(".deprecation")).ToContainTextAsync("Use acme/network instead.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Unpublish" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Unpublish" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{Registry}$"));
        using var gone = await stocked.Server.Client.GetAsync(Published);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [RequiresToolFact("chromium")]
    public async Task Module_ThatIsRefused_ShowsTheReasonOfTheServer()
    {
        var page = await OpenSignedInAsync($"{Registry}/publish/module");

        await page.Locator("#publish-files").SetInputFilesAsync(new FilePayload { Name = "terraform-aws-vpc-1.2.0.zip", MimeType = "application/zip", Buffer = "no archive"u8.ToArray() });
        await ChooseNamespaceAsync(page, "labs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Nothing was published" })).ToContainTextAsync("does not start like a zip archive");
        using var none = await stocked.Server.Client.GetAsync(Published);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [RequiresToolFact("chromium")]
    public async Task Provider_PublishedFromItsFiles_ShowsWhoSignedIt()
    {
        using var release = new TemporaryDirectory();
        new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64").WriteTo(release.Path);
        await File.WriteAllTextAsync(release.Combine("CHANGELOG.md"), "Nothing.");
        await stocked.AddKeyAsync("labs", TestKeys.Publisher.ArmoredPublicKey);
        var page = await OpenSignedInAsync($"{Registry}/publish/provider");

        await page.Locator("#publish-files").SetInputFilesAsync(Directory.GetFiles(release.Path));
        await Expect(page.GetByText("not part of the release")).ToHaveCountAsync(1);
        await ChooseNamespaceAsync(page, "labs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("labs/dns 1.0.0");
        await Expect(page.GetByText("Published here")).ToBeVisibleAsync();
        await Expect(page.GetByText("signed with")).ToBeVisibleAsync();
        Assert.Contains("1.0.0", await stocked.Server.Client.GetStringAsync("v1/providers/labs/dns/versions"), StringComparison.Ordinal);
    }

    /// <summary>Only pages of this instance publish with the cookie of a session, which other sites cannot read.</summary>
    [RequiresToolFact("chromium")]
    public async Task Upload_WithoutTheTokenOfAPage_IsRefused()
    {
        var page = await OpenSignedInAsync(Registry);

        var answer = await page.APIRequest.PostAsync(
            "publish/module?group=default&module=labs/vpc/aws&version=1.2.0&format=tar.gz", new() { DataByte = ModuleFiles.Archive });

        Assert.Equal(400, answer.Status);
    }

    private async Task<IPage> OpenSignedInAsync(string url)
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);
        await stocked.SignInAsync(page);
        await page.OpenAsync(url);
        return page;
    }

    private static async Task ChooseNamespaceAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Registry namespace" }).ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = name }).ClickAsync();
    }

    private static async Task DropAsync(IPage page, string name, byte[] content)
    {
        var transfer = await page.EvaluateHandleAsync(
            "([name, bytes]) => { const transfer = new DataTransfer(); transfer.items.add(new File([Uint8Array.from(bytes)], name)); return transfer; }",
            new object[] { name, content.Select(value => (int)value).ToArray() });
        await page.Locator(".zone").DispatchEventAsync("drop", new { dataTransfer = transfer });
    }
}
