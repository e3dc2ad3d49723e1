using System.Net;
using System.Net.Http.Headers;
using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Http;

/// <summary>Limits for requests and wrong credentials, and browser protection.</summary>
public sealed class RateLimitTests
{
    private const string Versions = "/api/v1/groups/default/versions";

    [Fact]
    public async Task Requests_BeyondTheBurstOfAnAddress_Return429WhileOthersContinue()
    {
        await using var server = await StartAsync(new RateLimitOptions { PerAddress = 1, Burst = 3 });
        var answers = new List<HttpStatusCode>();

        for (int i = 0; i < 6; i++)
        {
            using var answer = await GetAsync(server, "203.0.113.7");
            answers.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
                Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
            }
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], answers.Take(3));
        using var other = await GetAsync(server, "203.0.113.8");
        using var local = await server.Client.GetAsync(Versions);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (other.StatusCode, local.StatusCode));
    }

    [Fact]
    public async Task Requests_WithOneTokenFromManyAddresses_AreLimitedTogether()
    {
        await using var server = await StartAsync(new RateLimitOptions { PerPrincipal = 1, Burst = 2 });
        var answers = new List<HttpStatusCode>();

        for (int i = 1; i <= 6; i++)
        {
            using var answer = await GetAsync(server, $"203.0.113.{i}", server.AdminToken);
            answers.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task WrongTokens_TooManyFromAnAddress_Return429WhileTheRightOneWorks()
    {
        await using var server = await StartAsync(new RateLimitOptions { FailuresPerMinute = 3 }, anonymousRead: false);
        var answers = new List<HttpStatusCode>();

        for (int i = 0; i < 4; i++)
        {
            using var wrong = await GetAsync(server, "203.0.113.7", $"mirror_wrong{i}");
            answers.Add(wrong.StatusCode);
        }

        using var right = await GetAsync(server, "203.0.113.7", server.AdminToken);
        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests],
            answers);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task SignIn_AfterTooManyWrongTokens_IsNotAttempted()
    {
        await using var server = await StartAsync(new RateLimitOptions { FailuresPerMinute = 2 });
        using var browser = new PlainBrowser(server.Url);
        for (int i = 0; i < 2; i++)
        {
            using var wrong = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", "wrong"));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }

        using var right = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));

        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.NotNull(right.Headers.RetryAfter);
    }

    [Fact]
    public async Task Api_WithTheCookieOfAnAdministrator_IgnoresIt()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        using var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);

        using var read = await browser.SendAsync(Versions);
        using var change = await browser.SendAsync("/api/v1/users/alice", HttpMethod.Delete);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (read.StatusCode, change.StatusCode));
    }

    [Theory]
    [InlineData("/sign-out")]
    [InlineData("/account/password")]
    [InlineData("/terraform-login/consent")]
    public async Task Form_PostedFromAnotherSite_IsRejected(string url)
    {
        await using var server = await MirrorServer.StartAsync();
        using var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));

        using var forged = await browser.SendAsync(
            url, HttpMethod.Post, new FormUrlEncodedContent([new("answer", "allow"), new("_handler", "change-password")]));

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/sign-in")]
    [InlineData("/no/such/address")]
    public async Task Responses_OfEveryKind_HaveNoSniffAndWithALocalAuthorityNoHsts(string url)
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync(new Uri(server.HttpsUrl, url));

        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("/groups/default/-/provider-mirrors", 200)]
    [InlineData("/sign-in", 200)]
    [InlineData("/no/such/page", 404)]
    [InlineData("/api/v1/groups/default/versions", 200)]
    [InlineData("/api/v1/users", 401)]
    [InlineData("/api/v1/no/such/address", 404)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/health/live", 200)]
    public async Task Responses_OverHttpsWithAConfiguredCertificate_HaveSecurityHeaders(string url, int status)
    {
        using var files = new PemFiles();
        await using var server = await MirrorServer.StartAsync(options => options with
        {
            Tls = new TlsOptions { CertificatePath = files.CertificatePath, KeyPath = files.KeyPath },
        });
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == PemFiles.Subject },
        });
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var answer = await client.GetAsync(new Uri(server.HttpsUrl, url));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("max-age=31536000", Header("Strict-Transport-Security"));
        Assert.StartsWith("default-src 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.True(Header("Referrer-Policy") is "no-referrer" or "same-origin");

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    private static Task<MirrorServer> StartAsync(RateLimitOptions limits, bool anonymousRead = true) =>
        MirrorServer.StartAsync(options => options with
        {
            RateLimit = limits,
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            Auth = options.Auth with { AnonymousRead = anonymousRead },
        });

    private static async Task<HttpResponseMessage> GetAsync(MirrorServer server, string from, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Versions) { Headers = { { "X-Forwarded-For", from } } };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await server.Client.SendAsync(request);
    }
}
