using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Browser;

/// <summary>Users, their passwords and their tokens in the browser. Screenshots are saved like those of the other pages.</summary>
public sealed class AccountTests(Chromium chromium) : BrowserJourney, IClassFixture<Chromium>
{
    private const string NewPassword = "through the looking glass";

    [RequiresToolFact("chromium")]
    public async Task User_CreatedByAnAdministrator_ChangesThePasswordAndUsesATokenUntilRevoked()
    {
        var mirror = Keep(await MirrorProcess.StartAsync("--Mirror:Auth:AnonymousRead=false"));
        var admin = await OpenAsync(chromium, mirror.Url);
        await ShootAsync(admin, "sign-in-first", "sign-in");
        await admin.GetByLabel("Administrator token").FillAsync(await mirror.ReadAdminTokenAsync());
        await admin.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await admin.OpenAsync("admin/users");
        await admin.GetByRole(AriaRole.Button, new() { Name = "New user" }).ClickAsync();
        await admin.GetByLabel("Name", new() { Exact = true }).FillAsync("alice");
        await admin.GetByLabel("Administrator").CheckAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Create user" }).ClickAsync();
        string temporary = await admin.GetByLabel("Temporary password").Locator("code").InnerTextAsync();
        await ShootAsync(admin, "users-password");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(admin.GetByText(temporary)).ToHaveCountAsync(0);
        await ShootAsync(admin, "users");

        var alice = await OpenAsync(chromium, mirror.Url);
        await ShootAsync(alice, "sign-in", "sign-in");
        await alice.GetByLabel("User name").FillAsync("alice");
        await alice.GetByLabel("Password", new() { Exact = true }).FillAsync(temporary);
        await alice.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(alice.GetByRole(AriaRole.Heading, new() { Name = "Change password" })).ToBeVisibleAsync();
        await ShootAsync(alice, "password");
        await alice.GetByLabel("Current password").FillAsync(temporary);
        await alice.GetByLabel("New password", new() { Exact = true }).FillAsync(NewPassword);
        await alice.GetByLabel("New password again").FillAsync(NewPassword);
        await alice.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await alice.WaitForURLAsync("**/provider-mirrors");

        await alice.OpenAsync("account");
        await alice.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await alice.GetByLabel("What for").FillAsync("laptop");
        await alice.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        string token = await alice.GetByLabel("Access token", new() { Exact = true }).Locator("code").InnerTextAsync();
        await ShootAsync(alice, "account-token");
        await alice.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await ShootAsync(alice, "account");
        Assert.Equal("alice", await GetUserNameAsync(mirror, token));
        await alice.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Actions for laptop") }).ClickAsync();
        await alice.GetByRole(AriaRole.Menuitem, new() { Name = "Revoke" }).ClickAsync();
        await alice.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(alice.GetByText("Revoked the token laptop")).ToBeVisibleAsync();
        await Expect(alice.Locator("section[aria-labelledby=tokens]")).ToBeFocusedAsync();
        Assert.Null(await GetUserNameAsync(mirror, token));
        await ShootAsync(
            alice,
            "terraform-login",
            "terraform-login?client_id=terraform-cli&redirect_uri=http%3A%2F%2Flocalhost%3A10000%2Flogin&response_type=code&code_challenge_method=S256&state=s&code_challenge=" + new string('a', 43));
    }

    private static async Task<string?> GetUserNameAsync(MirrorProcess mirror, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/user");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await mirror.Client.SendAsync(request);
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<Caller>())!.Name : null;
    }

    /// <summary>Checks that nothing overflows on a wide or a narrow screen, in the light and the dark theme.</summary>
    private static async Task ShootAsync(IPage page, string name, string? url = null)
    {
        if (url is not null)
        {
            await page.GotoAsync(url);
        }

        foreach (int width in new[] { 390, 1280 })
        {
            await page.SetViewportSizeAsync(width, 640);
            int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{name} is {overflow} pixels wider than a screen of {width}");
            if (Environment.GetEnvironmentVariable("MIRROR_SCREENSHOTS") is not { Length: > 0 } directory)
            {
                continue;
            }

            foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.ScreenshotAsync(
                    new() { Path = Path.Combine(directory, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            }
        }
    }

    private sealed record Caller(string Name);
}
