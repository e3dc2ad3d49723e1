using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.SignIn;

/// <summary>Sign-in with a real OpenID provider in a real browser, including groups and their mapped roles.</summary>
public sealed class OpenIdSignInTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Mirrors = "groups/default/-/provider-mirrors";

    [RequiresOpenIdProviderFact]
    public async Task SignIn_OfUsersInMappedAndAdminGroups_GrantsTheirPermissions()
    {
        await using var provider = await OpenIdProviderProcess.StartAsync();
        await using var mirror = await StartAsync(provider);
        await MapAsync(mirror, "platform-team", "deployer");

        var alice = await chromium.OpenAsync(mirror.Url);
        await using var aliceContext = alice.Context;
        await SignInAsync(alice, "alice");
        await Expect(alice.GetByRole(AriaRole.Heading, new() { Name = "Provider Mirrors" })).ToBeVisibleAsync();
        await alice.OpenAsync("account");
        await Expect(alice.GetByText(provider.Authority.AbsoluteUri.TrimEnd('/'))).ToBeVisibleAsync();
        await Expect(alice.GetByRole(AriaRole.Row).Filter(new() { HasText = "default" })).ToContainTextAsync("Deployer");
        await alice.OpenAsync("admin/users");
        await Expect(alice.GetByRole(AriaRole.Heading, new() { Name = "Only administrators see the users" })).ToBeVisibleAsync();

        var root = await chromium.OpenAsync(mirror.Url);
        await using var rootContext = root.Context;
        await SignInAsync(root, "root");
        await root.GotoAsync("admin/users");
        await Expect(root.GetByRole(AriaRole.Row).Filter(new() { HasText = "alice" })).ToBeVisibleAsync();

        await alice.OpenAsync("account");
        await alice.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(alice.GetByRole(AriaRole.Heading, new() { Name = "Sign in to Mirror" })).ToBeVisibleAsync();
        Assert.DoesNotContain(OpenIdProviderProcess.ClientSecret, mirror.Log, StringComparison.Ordinal);
    }

    [RequiresOpenIdProviderFact]
    public async Task SignIn_WithTheNameOfALocalUser_CreatesAnotherUser()
    {
        await using var provider = await OpenIdProviderProcess.StartAsync();
        await using var mirror = await StartAsync(provider);
        (await mirror.RunCommandAsync("user", "create", "alice", "--admin")).AssertSuccess();

        var page = await chromium.OpenAsync(mirror.Url);
        await using var context = page.Context;
        await SignInAsync(page, "alice");
        await page.OpenAsync("account");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("alice-2");
        await Expect(page.GetByText("Not an administrator")).ToBeVisibleAsync();
        await page.GotoAsync(Mirrors);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You have no role in default" })).ToBeVisibleAsync();
    }

    private static async Task<MirrorProcess> StartAsync(OpenIdProviderProcess provider)
    {
        var mirror = await MirrorProcess.StartAsync(
            "--Mirror:Auth:AnonymousRead=false",
            $"--Mirror:Auth:Oidc:Authority={provider.Authority}",
            $"--Mirror:Auth:Oidc:ClientId={OpenIdProviderProcess.ClientId}",
            $"--Mirror:Auth:Oidc:ClientSecret={OpenIdProviderProcess.ClientSecret}",
            "--Mirror:Auth:Oidc:Scopes=openid,profile,groups",
            "--Mirror:Auth:Oidc:AdminGroups=mirror-admins");
        await provider.RegisterAsync(new Uri(mirror.Url, "sign-in/openid/callback"));
        return mirror;
    }

    private static async Task MapAsync(MirrorProcess mirror, string group, string role)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Put, "api/v1/groups/default/group-mappings")
        { Content = JsonContent.Create(new { oidcGroup = group, role }) };
        string token = await File.ReadAllTextAsync(Path.Combine(mirror.DataDirectory, "admin-token"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        using var response = await mirror.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task SignInAsync(IPage page, string name)
    {
        await page.GotoAsync(Mirrors);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with" }).ClickAsync();
        // These pages belong to the provider.
        await page.Locator("input[name=login]").FillAsync(name);
        await page.Locator("input[name=password]").FillAsync("anything");
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator("button[type=submit]").ClickAsync();
        await page.WaitForURLAsync("**/" + Mirrors);
    }
}
