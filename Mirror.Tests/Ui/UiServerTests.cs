using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Ui;

/// <summary>The web interface of a complete server, for a browser without scripts.</summary>
public sealed partial class UiServerTests
{
    private const string List = "/groups/default/-/provider-mirrors";

    [Fact]
    public async Task Root_Requested_RedirectsToTheList()
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync("/");

        Assert.Equal((HttpStatusCode.Found, List), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task List_Prerendered_ContainsItsRowsAndNoInlineScript()
    {
        await using var server = await MirrorServer.StartAsync();
        await SeedAsync(
            server,
            seed => seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(1), Principal.Anonymous));

        using var answer = await server.Client.GetAsync(List);
        string html = await answer.Content.ReadAsStringAsync();

        Assert.Contains(">5.100.0</span>", html);
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        var scripts = ScriptTag().Matches(html);
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.Matches("src=\"(assets|_framework|_content)/[^\"]+\"[^>]*></script>", script.Value));
        Assert.DoesNotMatch(" on[a-z]+=\"", html);
        Assert.DoesNotContain("//fonts.", html);
    }

    [Fact]
    public async Task Files_ReferencedByAPage_AreServed()
    {
        await using var server = await MirrorServer.StartAsync();
        string html = await server.Client.GetStringAsync(new Uri(List, UriKind.Relative));
        var files = FileReference().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains(files, file => file.StartsWith("_framework/blazor.web.", StringComparison.Ordinal));
        foreach (string file in files)
        {
            using var answer = await server.Client.GetAsync("/" + file);
            Assert.True(answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentLength > 0, file);
        }
    }

    /// <summary>A page of 250 rows is larger than all its files, and is compressed like them.</summary>
    [Fact]
    public async Task FirstLoad_OfALongPage_IsSmall()
    {
        await using var server = await MirrorServer.StartAsync();
        await FillPageAsync(server, 250);
        using var page = await GetCompressedAsync(server, List + "?size=250");
        byte[] compressed = await page.Content.ReadAsByteArrayAsync();
        using var reader = new StreamReader(new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress));
        string html = await reader.ReadToEndAsync();

        long total = compressed.Length;
        foreach (string file in FileReference().Matches(html).Select(match => match.Groups[1].Value).Distinct())
        {
            using var answer = await GetCompressedAsync(server, "/" + file);
            total += answer.Content.Headers.ContentLength!.Value;
        }

        Assert.InRange(html.Length, 400_001, int.MaxValue);
        Assert.InRange(total, 1, 400_000);
    }

    [Theory]
    [InlineData("http://{0}", HttpStatusCode.OK)]
    [InlineData("https://{0}", HttpStatusCode.OK)]
    [InlineData("https://mirror.example.com", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("https://evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task Circuit_FromAPageOfAnotherOrigin_IsRejected(string? origin, HttpStatusCode expected)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { PublicUrl = new Uri("https://mirror.example.com/") });
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        using var socket = new ClientWebSocket();
        if (origin is not null)
        {
            string own = string.Format(CultureInfo.InvariantCulture, origin, server.Url.Authority);
            negotiate.Headers.Add("Origin", own);
            socket.Options.SetRequestHeader("Origin", own);
        }

        using var answer = await server.Client.SendAsync(negotiate);
        var opened = socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/_blazor"), CancellationToken.None);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK, await opened.ContinueWith(task => task.IsCompletedSuccessfully, TaskScheduler.Default));
    }

    [Theory]
    [InlineData(50, 32 * 1024)]
    [InlineData(100, 0)]
    [InlineData(250, 0)]
    public async Task List_OfTheLongestAddresses_StartsItsCircuit(int size, int expected)
    {
        await using var server = await MirrorServer.StartAsync();
        await FillPageAsync(server, size);

        string html = await server.Client.GetStringAsync(new Uri($"{List}?size={size}", UriKind.Relative));

        string state = PageState().Match(html).Groups[1].Value;
        Assert.Contains($"{size} versions", html);
        Assert.InRange(state.Length, expected, UiServices.MaximumMessageSize / 2);
    }

    [Theory]
    [InlineData(List + "/registry.terraform.io/hashicorp/aws/9.9.9", "is not stored here")]
    [InlineData(List + "/registry.terraform.io/HashiCorp/aws/9.9.9", "is not stored here")]
    [InlineData("/groups/nowhere/-/provider-mirrors", "There is no group nowhere")]
    [InlineData("/no/such/page", "Page not found")]
    public async Task Page_OfAMissingItem_Returns404WithAText(string url, string text)
    {
        await using var server = await MirrorServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Accept", "text/html,*/*" } } };

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(text, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task UnknownAddress_RequestedByAClient_ReturnsAProblemDocument()
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync("/no/such/page");

        Assert.Equal(
            (HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("mirror-theme=dark", "<html lang=\"en\" data-theme=\"dark\" data-density=\"compact\">")]
    [InlineData("mirror-theme=light", "<html lang=\"en\" data-theme=\"light\" data-density=\"compact\">")]
    [InlineData("mirror-theme=\"><script>", "<html lang=\"en\" data-density=\"compact\">")]
    [InlineData("other=1", "<html lang=\"en\" data-density=\"compact\">")]
    public async Task Theme_Selected_IsInThePrerenderedPage(string cookie, string tag)
    {
        await using var server = await MirrorServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, List) { Headers = { { "Cookie", cookie } } };

        using var answer = await server.Client.SendAsync(request);

        Assert.Contains(tag, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task SignIn_WithTheToken_ShowsDeleteButtonsUntilSignOut()
    {
        await using var server = await MirrorServer.StartAsync();
        await SeedAsync(
            server,
            seed => seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(1), Principal.Anonymous));
        const string version = List + "/registry.terraform.io/hashicorp/aws/5.100.0";
        using var browser = new PlainBrowser(server.Url);
        Assert.DoesNotContain("Delete Mirror", await browser.GetAsync(version));

        using var signedIn = await browser.PostFormAsync(
            $"/sign-in?returnUrl={Uri.EscapeDataString(version)}", "sign-in", ("Token", server.AdminToken));

        Assert.Equal(
            (HttpStatusCode.Found, version),
            (
                signedIn.StatusCode,
                signedIn.Headers.Location?.OriginalString.Replace(server.Url.AbsoluteUri.TrimEnd('/'), "", StringComparison.Ordinal)));
        string cookie = signedIn.Headers.GetValues("Set-Cookie")
            .Single(value => value.StartsWith("mirror-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Delete Mirror", await browser.GetAsync(version));
        string stolen = browser.Cookie("mirror-session");

        using var signedOut = await browser.PostFormAsync(version, "sign-out");

        Assert.Equal((HttpStatusCode.Found, List), (signedOut.StatusCode, signedOut.Headers.Location?.OriginalString));
        Assert.DoesNotContain("Delete Mirror", await browser.GetAsync(version));
        using var replay = new HttpRequestMessage(HttpMethod.Get, version) { Headers = { { "Cookie", $"mirror-session={stolen}" } } };
        using var replayed = await server.Client.SendAsync(replay);
        Assert.DoesNotContain("Delete Mirror", await replayed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task SignIn_WithAnotherToken_FailsWithAnError()
    {
        await using var server = await MirrorServer.StartAsync();
        using var browser = new PlainBrowser(server.Url);

        using var answer = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", "wrong"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Wrong administrator token", await answer.Content.ReadAsStringAsync());
        Assert.DoesNotContain(
            answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [],
            value => value.StartsWith("mirror-session=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    public async Task Form_PostedFromAnotherSite_IsRejected(string url)
    {
        await using var server = await MirrorServer.StartAsync();
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Token", server.AdminToken)]);

        using var answer = await server.Client.PostAsync(url, form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Pages_WithoutAnonymousRead_RedirectToSignIn()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        using var browser = new PlainBrowser(server.Url);

        using var refused = await server.Client.GetAsync(List + "?q=aws");
        using var circuit = await server.Client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));

        Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        Assert.Equal("/sign-in?returnUrl=" + Uri.EscapeDataString(List + "?q=aws"), refused.Headers.Location?.PathAndQuery);
        Assert.NotEqual(HttpStatusCode.OK, circuit.StatusCode);
        Assert.Contains("Provider Mirrors</h1>", await browser.GetAsync(List));
    }

    [Fact]
    public async Task SignIn_OnANewInstance_ExplainsHowToCreateTheFirstUser()
    {
        await using var server = await MirrorServer.StartAsync();

        string html = await server.Client.GetStringAsync(new Uri("/sign-in", UriKind.Relative));

        Assert.Contains("There are no users yet", html);
        Assert.Contains("mirror user create alice --admin", html);
    }

    [Fact]
    public async Task SignIn_WithATemporaryPassword_RedirectsEveryPageToThePasswordChange()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        await CreateUserAsync(server, "alice", "wonderland is big", isTemporary: true, isAdmin: true);
        using var browser = new PlainBrowser(server.Url);

        using var wrong = await browser.PostFormAsync("/sign-in", "sign-in-user", ("UserName", "alice"), ("Password", "a wrong password"));
        using var right = await browser.PostFormAsync("/sign-in", "sign-in-user", ("UserName", "Alice"), ("Password", "wonderland is big"));
        using var led = await browser.SendAsync(List);
        using var differing = await browser.PostFormAsync(
            "/account/password",
            "change-password",
            ("Current", "wonderland is big"),
            ("New", "through the looking glass"),
            ("Again", "through"));
        using var changed = await browser.PostFormAsync(
            "/account/password",
            "change-password",
            ("Current", "wonderland is big"),
            ("New", "through the looking glass"),
            ("Again", "through the looking glass"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Found), (wrong.StatusCode, right.StatusCode));
        Assert.Contains("The user name or password is wrong", await wrong.Content.ReadAsStringAsync());
        Assert.StartsWith("/account/password?returnUrl=%2Fgroups", led.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Found), (differing.StatusCode, changed.StatusCode));
        Assert.Contains("Provider Mirrors</h1>", await browser.GetAsync(List));
        Assert.Contains("alice", await browser.GetAsync("/account"));
        Assert.Contains("Users</h1>", await browser.GetAsync("/admin/users"));
    }

    [Theory]
    [InlineData(List)]
    [InlineData("/groups/default/-/use-this-mirror")]
    [InlineData(List + "/registry.terraform.io/hashicorp/aws/5.100.0")]
    public async Task Pages_ForAUserWithoutARole_ReturnNotFound(string page)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        await SeedAsync(
            server,
            seed => seed.SignedAsync("hashicorp/aws", "5.100.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(1), Principal.Anonymous));
        await CreateUserAsync(server, "bob", "wonderland is big", isTemporary: false, isAdmin: false);
        using var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync(
            "/sign-in", "sign-in-user", ("UserName", "bob"), ("Password", "wonderland is big"));
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);

        using var answer = await browser.SendAsync(page);
        using var users = await browser.SendAsync("/admin/users");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (answer.StatusCode, users.StatusCode));
        Assert.DoesNotContain("network_mirror", await answer.Content.ReadAsStringAsync());
        Assert.DoesNotContain("bob</strong>", await users.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Session_AfterARestart_Continues()
    {
        string directory = Path.Combine(Path.GetTempPath(), "mirror-tests-" + Guid.NewGuid().ToString("N"));
        try
        {
            string cookie;
            await using (var before = await MirrorServer.StartAsync(options => options with { DataDirectory = directory }))
            {
                using var browser = new PlainBrowser(before.Url);
                using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", before.AdminToken));
                cookie = browser.Cookie("mirror-session");
            }

            await using var after = await MirrorServer.StartAsync(options => options with { DataDirectory = directory });
            using var request = new HttpRequestMessage(
                HttpMethod.Get, "/account")
            { Headers = { { "Cookie", $"mirror-session={cookie}" } } };
            using var answer = await after.Client.SendAsync(request);

            Assert.Contains("The administrator token", await answer.Content.ReadAsStringAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<HttpResponseMessage> GetCompressedAsync(MirrorServer server, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Accept-Encoding", "gzip" } } };
        return await server.Client.SendAsync(request);
    }

    private static async Task CreateUserAsync(MirrorServer server, string name, string password, bool isTemporary, bool isAdmin)
    {
        Assert.True(NewPassword.TryCreate(password, UserName.Parse(name), out var valid, out _));
        await server.Services.GetRequiredService<Users>().CreateAsync(
            UserName.Parse(name), valid, isTemporary, isAdmin, Principal.Admin, CancellationToken.None);
    }

    private static async Task SeedAsync(MirrorServer server, Func<CatalogSeed, Task> seed) =>
        await seed(new CatalogSeed(server.Services.GetRequiredService<CatalogDatabase>(), server.Services.GetRequiredService<IPackageStore>(), TimeProvider.System.GetUtcNow()));

    private static async Task FillPageAsync(MirrorServer server, int count)
    {
        string[] systems = ["linux", "windows", "darwin", "freebsd"];
        string[] architectures = ["amd64", "arm64", "386", "arm"];
        string label = new('h', 60), name = new('n', 120);
        await using var db = server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        for (int i = 0; i < count; i++)
        {
            var version =
                new VersionRow { Version = "1.0.0", SortKey = ProviderVersion.Parse("1.0.0").SortKey, CreatedBy = new string('p', 60), CreatedByKind = PrincipalKind.Job };
            version.Packages.AddRange(systems.SelectMany(os => architectures.Select(arch => new PackageRow
            {
                Os = os,
                Arch = arch,
                Sha256 = new string('a', 64),
                Trust = TrustLevel.Verified,
                Credential = CredentialIdentity.None.Value,
                CachedBy = "x",
            })));
            var provider =
                new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = $"{label}.{label}.example.com", Namespace = name, Type = $"{name}{i}" };
            provider.Versions.Add(version);
            db.Providers.Add(provider);
        }

        await db.SaveChangesAsync();
    }

    [GeneratedRegex("<!--Blazor-Server-Component-State:([^-]*)-->")]
    private static partial Regex PageState();

    [GeneratedRegex("<script[^>]*>(?:[^<]*</script>)?")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("(?:src|href)=\"((?:assets|_framework|_content)/[^\"]+|mirror\\.[^\"]*css)\"")]
    private static partial Regex FileReference();
}
