using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.Proxy;

/// <summary>The pages of a mirror below a path, behind nginx: all their requests are below the path, and none fails.</summary>
public sealed class ProxiedPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string List = "groups/default/-/provider-mirrors";
    private const string Package = "v1/mirror/registry.example.com/example/{0}/terraform-provider-{0}_1.0.0_{1}.zip";

    [RequiresToolFact("nginx", "chromium")]
    public Task Pages_BelowAPathThatIsPassedOn_Work() => VisitAsync(ProxiedPath.PassedOn);

    [RequiresToolFact("nginx", "chromium")]
    public Task Pages_BelowAPathThatIsStripped_Work() => VisitAsync(ProxiedPath.Stripped);

    [RequiresToolFact("nginx", "chromium")]
    public async Task Page_OpenedBesideTheProxy_GoesOnBelowThePath()
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(ProxiedPath.PassedOn, origin.ProvidersUrl);
        var page = await chromium.OpenAsync(proxied.Mirror.Url);
        await using var context = page.Context;

        await page.GotoAsync("groups/default/-/overview?days=7");

        await Expect(page).ToHaveURLAsync(new Uri(proxied.Mirror.Url, "mirror/groups/default/-/overview?days=7").ToString());
        await page.WhenInteractiveAsync();
    }

    private async Task VisitAsync(ProxiedPath path)
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(path, origin.ProvidersUrl);
        foreach (string package in new[] { "hello linux_amd64", "hello darwin_arm64", "clock linux_amd64" })
        {
            string[] parts = package.Split(' ');
            string url = Package.Replace("{0}", parts[0], StringComparison.Ordinal).Replace("{1}", parts[1], StringComparison.Ordinal);
            (await proxied.Mirror.Client.GetAsync(url)).EnsureSuccessStatusCode().Dispose();
        }

        var page = await chromium.OpenAsync(proxied.Url);
        await using var context = page.Context;
        var seen = new SeenPage(page, proxied.Url);

        await page.OpenAsync("");
        await Expect(page).ToHaveURLAsync(proxied.Url + List);
        await SignInAsync(page, proxied);
        await FindAndDeleteAsync(page);
        await ReadConfigurationAsync(page, proxied);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Account of") }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();

        Assert.Contains(seen.WebSockets, url => url.StartsWith($"wss://{proxied.Url.Authority}/mirror/_blazor", StringComparison.Ordinal));
        seen.AssertNoFault();
    }

    private static async Task SignInAsync(IPage page, ProxiedMirror proxied)
    {
        // Signing in leads back to where one was.
        await page.OpenAsync("groups/default/-/policy");
        await page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Administrator token").FillAsync(await proxied.Mirror.ReadAdminTokenAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(proxied.Url + "groups/default/-/policy");
        var session = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "mirror-session");
        Assert.Equal(("/mirror", true), (session.Path, session.Secure));
    }

    private static async Task FindAndDeleteAsync(IPage page)
    {
        await page.OpenAsync(List);
        await page.GetByLabel("Search provider mirrors").FillAsync("hello");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new Regex(@"/mirror/groups/default/-/provider-mirrors\?q=hello$"));
        await page.GetByRole(AriaRole.Link, new() { Name = "example/hello" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "linux/amd64" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"\?platform=linux_amd64$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete linux/amd64" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete linux/amd64" }).ClickAsync();
        await Expect(page.GetByText("Deleted linux/amd64.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "linux/amd64" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Account of") }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Preferences" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    private static async Task ReadConfigurationAsync(IPage page, ProxiedMirror proxied)
    {
        await page.OpenAsync("groups/default/-/use-this-mirror");
        await Expect(page.Locator("main")).ToContainTextAsync($"{proxied.Url}v1/registries/registry.terraform.io/providers/");
        await Expect(page.Locator("main")).ToContainTextAsync($"export MIRROR_URL={proxied.Url}");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Network mirror" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync($"url = \"{proxied.Url}v1/mirror/\"");
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        origin.AddProvider("example/clock").AddVersions("1.0.0");
        return origin;
    }

    /// <summary>The requests and failures of a page.</summary>
    private sealed class SeenPage
    {
        private readonly List<string> _faults = [];
        private readonly List<string> _webSockets = [];

        public SeenPage(IPage page, Uri below)
        {
            page.Request += (_, request) => AddIf(!request.Url.StartsWith(below.ToString(), StringComparison.Ordinal), $"not below the path: {request.Url}");
            page.Response += (_, response) => AddIf(response.Status >= 400, $"{response.Status} {response.Url}");
            page.RequestFailed += (_, request) => AddIf(true, $"{request.Failure} {request.Url}");
            page.PageError += (_, error) => AddIf(true, error);
            page.Console += (_, message) => AddIf(message.Type is "error" or "warning", $"{page.Url}: {message.Text}");
            page.WebSocket += (_, socket) => _webSockets.Add(socket.Url);
        }

        public IReadOnlyList<string> WebSockets => _webSockets;

        public void AssertNoFault() => Assert.True(_faults.Count == 0, string.Join('\n', _faults));

        private void AddIf(bool isFault, string fault)
        {
            if (isFault)
            {
                _faults.Add(fault);
            }
        }
    }
}
