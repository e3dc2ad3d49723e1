using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Service accounts that an owner creates for a pipeline.</summary>
[Collection(nameof(PopulatedMirror))]
public sealed class ServiceAccountTests(PopulatedMirror stocked) : BrowserJourney
{
    [RequiresToolFact("chromium")]
    public async Task Token_OfANewServiceAccount_IsShownOnceAndWorksUntilTheAccountIsDeleted()
    {
        var page = await OpenAsync(stocked.Chromium, stocked.Server.Url);
        await stocked.SignInAsync(page);
        await page.OpenAsync("groups/platform/network/-/service-accounts");

        await page.GetByRole(AriaRole.Button, new() { Name = "New service account" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("runner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await ChooseAsync(page, "runner", "New token");
        await page.GetByLabel("What for").FillAsync("pipeline");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        string token = await page.GetByLabel("Access token", new() { Exact = true }).Locator("code").InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, await ReadWithAsync(token));

        await page.ReloadAsync();
        await page.WhenInteractiveAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Actions for pipeline {token[..12]}" })).ToBeVisibleAsync();
        await Expect(page.GetByText(token)).ToHaveCountAsync(0);

        await ChooseAsync(page, "runner", "Delete");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delete") }).ClickAsync();
        await Expect(page.GetByText("No service accounts yet.")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadWithAsync(token));
    }

    private static async Task ChooseAsync(IPage page, string account, string action)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Actions for {account}", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = action }).ClickAsync();
    }

    private async Task<HttpStatusCode> ReadWithAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/groups/platform%2Fnetwork");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await stocked.Server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
