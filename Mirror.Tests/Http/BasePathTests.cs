using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Ui;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Http;

/// <summary>An instance below a path of a host. Its public URL or a trusted proxy sets the path; the proxy strips it or passes it on.</summary>
public sealed partial class BasePathTests
{
    private const string List = "/groups/default/-/provider-mirrors";

    [Theory]
    [InlineData(null, List, "/")]
    [InlineData("https://tools.example.com/", List, "/")]
    [InlineData("https://tools.example.com/mirror/", List, "/mirror/")]
    [InlineData("https://tools.example.com/mirror", "/mirror" + List, "/mirror/")]
    [InlineData("https://tools.example.com/infra/mirror/", "/infra/mirror" + List, "/infra/mirror/")]
    public async Task Page_WithAPublicUrl_LinksBelowItsPath(string? publicUrl, string asked, string expected)
    {
        await using var server = await StartAsync(publicUrl, trusted: false);

        string html = await server.Client.GetStringAsync(new Uri(asked, UriKind.Relative));

        Assert.Equal(expected, BaseElement().Match(html).Groups[1].Value);
        Assert.All(Address().Matches(html), address => Assert.Matches("^([^/:]|$)", address.Groups[1].Value));
    }

    [Theory]
    [InlineData("/mirror", List, "/mirror/")]
    [InlineData("/mirror/", "/mirror" + List, "/mirror/")]
    [InlineData("/", List, "/")]
    [InlineData(null, List, "/configured/")]
    [InlineData(null, "/configured" + List, "/configured/")]
    public async Task Page_OfATrustedProxy_LinksBelowTheForwardedPrefix(string? prefix, string asked, string expected)
    {
        await using var server = await StartAsync("https://tools.example.com/configured/", trusted: true);

        using var answer = await SendAsync(server, asked, prefix);

        Assert.Equal(expected, BaseElement().Match(await answer.Content.ReadAsStringAsync()).Groups[1].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/mirror")]
    [InlineData("/mirror/")]
    public async Task Root_BelowAPath_LeadsToTheListThere(string asked)
    {
        await using var server = await StartAsync("https://tools.example.com/mirror/", trusted: false);

        using var answer = await server.Client.GetAsync(new Uri(server.Url, asked));

        Assert.Equal((HttpStatusCode.Found, "/mirror" + List), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("/MIRROR" + List)]
    [InlineData("/mirrors" + List)]
    [InlineData("/mirror/mirror" + List)]
    public async Task Path_ThatIsAnother_IsNotServed(string asked)
    {
        await using var server = await StartAsync("https://tools.example.com/mirror/", trusted: false);

        using var answer = await server.Client.GetAsync(asked);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task ForwardedPrefix_OfAnUntrustedClient_ChangesNothing()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { TrustedProxies = [IPNetwork.Parse("192.0.2.1/32")] });

        using var page = await SendAsync(server, List, "/forged");
        using var passedOn = await SendAsync(server, "/forged" + List, "/forged");
        using var root = await SendAsync(server, "/", "/forged");
        using var discovery = await SendAsync(server, "/.well-known/terraform.json", "/forged");
        using var description = await SendAsync(server, "/openapi/v1.json", "/forged");
        using var invalid = await SendAsync(server, List, "//evil.example.com");

        Assert.Equal("/", BaseElement().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
        Assert.Equal(HttpStatusCode.NotFound, passedOn.StatusCode);
        Assert.Equal(List, root.Headers.Location?.OriginalString);
        Assert.DoesNotContain("forged", await discovery.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("forged", await description.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, invalid.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example.com")]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/a%20b")]
    [InlineData("/a?b")]
    [InlineData("/registry.terraform.io")]
    [InlineData("/localhost")]
    [InlineData("/api")]
    [InlineData("/v1/mirror")]
    public async Task ForwardedPrefix_ThatIsNotUsable_IsRefusedByName(string prefix)
    {
        await using var server = await StartAsync(null, trusted: true);

        using var answer = await SendAsync(server, List, prefix);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string problem = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        Assert.Contains($"'{Uri.UnescapeDataString(prefix)}'", problem, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/groups")]
    [InlineData("/api/mirror")]
    [InlineData("/_blazor")]
    public void PublicUrl_WhosePathIsOneOfThisInstance_FailsTheStart(string path)
    {
        string directory = Path.Combine(Path.GetTempPath(), "mirror-base-path-" + Guid.NewGuid().ToString("N"));
        try
        {
            var options = new MirrorOptions { DataDirectory = directory, PublicUrl = new Uri("https://tools.example.com" + path) };

            var fault = Assert.Throws<InvalidConfigurationException>(() => MirrorHost.Build(options));

            Assert.Equal("Mirror:PublicUrl", Assert.Single(fault.Faults).Key);
            Assert.Contains($"'{path}'", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(null, null, "/v1/providers/", "/terraform-login")]
    [InlineData(null, "/mirror", "/mirror/v1/providers/", "/mirror/terraform-login")]
    [InlineData(
        "https://tools.example.com/mirror/", null, "https://tools.example.com/mirror/v1/providers/",
        "https://tools.example.com/mirror/terraform-login")]
    [InlineData(
        "https://tools.example.com", "/mirror", "https://tools.example.com/mirror/v1/providers/",
        "https://tools.example.com/mirror/terraform-login")]
    public async Task Discovery_AtTheRootOfTheHost_NamesAddressesBelowThePath(
        string? publicUrl, string? prefix, string providers, string login)
    {
        await using var server = await StartAsync(publicUrl, trusted: true);

        foreach (string asked in prefix is null ? new[] { "" } : ["", prefix])
        {
            using var answer = await SendAsync(server, asked + "/.well-known/terraform.json", prefix);
            var services = await answer.Content.ReadFromJsonAsync<JsonElement>();

            Assert.Equal(providers, services.GetProperty("providers.v1").GetString());
            Assert.Equal(providers.Replace("providers", "modules", StringComparison.Ordinal), services.GetProperty("modules.v1").GetString());
            Assert.Equal(login, services.GetProperty("login.v1").GetProperty("authz").GetString());
            Assert.Equal(login + "/token", services.GetProperty("login.v1").GetProperty("token").GetString());
        }
    }

    [Fact]
    public async Task ReadyDocuments_OfOnePrefix_AreNotGivenToAnother()
    {
        await using var server = await StartAsync(null, trusted: true);

        foreach (string? prefix in new[] { "/one", null, "/two", "/one" })
        {
            using var discovery = await SendAsync(server, "/.well-known/terraform.json", prefix);
            using var description = await SendAsync(server, "/openapi/v1.json", prefix);
            using var root = await SendAsync(server, "/", prefix);

            var services = await discovery.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(prefix + "/v1/providers/", services.GetProperty("providers.v1").GetString());
            var api = await description.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(prefix ?? "/", Assert.Single(api.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
            Assert.Equal(prefix + List, root.Headers.Location?.OriginalString);
        }
    }

    [Theory]
    [InlineData("/mirror/api/v1/users")]
    [InlineData("/api/v1/users")]
    public async Task Created_BelowAPath_IsLocatedThere(string asked)
    {
        await using var server = await StartAsync("https://tools.example.com/mirror/", trusted: false);

        using var created = await server.AdminClient.PostAsJsonAsync(asked, new { name = "alice" });
        using var found = await server.AdminClient.GetAsync(created.Headers.Location);

        Assert.Equal((HttpStatusCode.Created, "/mirror/api/v1/users/alice"), (created.StatusCode, created.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Fact]
    public async Task Cookies_BelowAPath_AreForThatPath()
    {
        await using var server = await StartAsync("https://tools.example.com/mirror/", trusted: false);
        using var browser = new PlainBrowser(new Uri(server.Url, "/mirror/"));

        using var signedIn = await browser.PostFormAsync("sign-in", "sign-in", ("Token", server.AdminToken));
        string account = await browser.GetAsync("account");
        using var signedOut = await browser.PostFormAsync(List[1..], "sign-out");

        Assert.EndsWith("/mirror" + List, signedIn.Headers.Location?.OriginalString, StringComparison.Ordinal);
        string session = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("mirror-session=", StringComparison.Ordinal));
        Assert.Contains("path=/mirror;", session, StringComparison.Ordinal);
        Assert.Contains("Signs in with", account, StringComparison.Ordinal);
        Assert.Equal("/mirror" + List, signedOut.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignIn_BelowAPath_LeadsBackToThePage()
    {
        await using var server = await MirrorServer.StartAsync(options => options with
        {
            PublicUrl = new Uri("https://tools.example.com/mirror/"),
            Auth = options.Auth with { AnonymousRead = false },
        });
        using var browser = new PlainBrowser(new Uri(server.Url, "/mirror/"));
        const string wanted = "/mirror/groups/default/-/policy?q=aws";

        using var refused = await browser.SendAsync(wanted);
        using var signedIn = await browser.PostFormAsync(refused.Headers.Location!.PathAndQuery, "sign-in", ("Token", server.AdminToken));

        Assert.Equal("/mirror/sign-in?returnUrl=" + Uri.EscapeDataString(wanted), refused.Headers.Location.PathAndQuery);
        Assert.EndsWith(wanted, signedIn.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://tools.example.com/mirror/", null)]
    [InlineData(null, "/mirror")]
    public async Task SignedLink_BelowAPath_WorksStrippedAndPassedOn(string? publicUrl, string? prefix)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(configure: options => options with
        {
            PublicUrl = publicUrl is null ? null : new Uri(publicUrl),
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            Auth = options.Auth with { AnonymousRead = false },
        });
        var document = new Uri(mirror.Server.Url, "/mirror" + MirrorWithOrigin.Base + "1.0.0.json");
        using var made = await SendAsync(mirror.Server.AdminClient, document.AbsolutePath, prefix);
        string link = (await made.Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        var package = new Uri(document, link);

        using var passedOn = await SendAsync(mirror.Client, package.PathAndQuery, prefix);
        using var stripped = await SendAsync(mirror.Client, package.PathAndQuery["/mirror".Length..], prefix);
        using var ofAnother = await SendAsync(
            mirror.Client, package.PathAndQuery["/mirror".Length..].Replace("1.0.0", "1.1.0", StringComparison.Ordinal), prefix);

        Assert.Equal(mirror.OriginPackage().Content, await passedOn.Content.ReadAsByteArrayAsync());
        Assert.Equal(mirror.OriginPackage().Content, await stripped.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.Forbidden, ofAnother.StatusCode);
    }

    private static Task<MirrorServer> StartAsync(string? publicUrl, bool trusted) => MirrorServer.StartAsync(options => options with
    {
        PublicUrl = publicUrl is null ? null : new Uri(publicUrl),
        TrustedProxies = trusted ? [IPNetwork.Parse("127.0.0.0/8")] : [],
    });

    private static Task<HttpResponseMessage> SendAsync(MirrorServer server, string url, string? prefix) =>
        SendAsync(server.Client, url, prefix);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string url, string? prefix)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Accept", "text/html, application/json" } } };
        if (prefix is not null)
        {
            request.Headers.Add("X-Forwarded-Prefix", prefix);
        }

        return await client.SendAsync(request);
    }

    [GeneratedRegex("<base href=\"([^\"]*)\"")]
    private static partial Regex BaseElement();

    [GeneratedRegex("<(?:a|link|script|form|img|use)\\b[^>]* (?:href|src|action)=\"([^\"]*)\"")]
    private static partial Regex Address();
}
