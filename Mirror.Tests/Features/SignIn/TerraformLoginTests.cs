using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Features.SignIn;

/// <summary>The login protocol, and requests that it must reject.</summary>
public sealed partial class TerraformLoginTests
{
    private const string Verifier = "a-secret-that-only-the-asking-program-knows-0123456789";
    private const string Redirect = "http://localhost:10003/login";

    private static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task Login_WithConsent_ReturnsATokenOfTheUserOnce()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        using var browser = await SignedInAsync(server);
        var discovery = (await server.Client.GetFromJsonAsync<JsonObject>("/.well-known/terraform.json"))!["login.v1"]!;

        using var consent = await browser.PostFormAsync(
            Address((string)discovery["authz"]!), "terraform-login/consent", ("answer", "allow"));
        var (code, state) = await ReadAsync(consent);
        using var first = await ExchangeAsync(server, code);
        using var second = await ExchangeAsync(server, code);

        Assert.Equal(("terraform-cli", 10000, "state-1"), ((string)discovery["client"]!, (int)discovery["ports"]![0]!, state));
        var token = (await first.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((HttpStatusCode.OK, "bearer"), (first.StatusCode, (string)token["token_type"]!));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_grant"),
            (second.StatusCode, (string)(await second.Content.ReadFromJsonAsync<JsonObject>())!["error"]!));
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
        Assert.Equal("alice", (string)(await client.GetFromJsonAsync<JsonObject>("/api/v1/user"))!["name"]!);
        Assert.Equal("terraform login", (string)(await client.GetFromJsonAsync<JsonObject>("/api/v1/user/tokens"))!["items"]![0]!["name"]!);
    }

    [Theory]
    [InlineData("code_verifier", "another-secret")]
    [InlineData("redirect_uri", "http://localhost:10004/login")]
    [InlineData("client_id", "another-client")]
    public async Task Exchange_ByAnotherClient_FailsAndInvalidatesTheCode(string field, string value)
    {
        await using var server = await MirrorServer.StartAsync();
        using var browser = await SignedInAsync(server);
        using var consent = await browser.PostFormAsync(Address("/terraform-login"), "terraform-login/consent", ("answer", "allow"));
        var (code, _) = await ReadAsync(consent);

        using var stolen = await ExchangeAsync(server, code, (field, value));
        using var right = await ExchangeAsync(server, code);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (stolen.StatusCode, right.StatusCode));
    }

    [Fact]
    public async Task Consent_Denied_IsReportedToTerraform()
    {
        await using var server = await MirrorServer.StartAsync();
        using var browser = await SignedInAsync(server);

        using var denied = await browser.PostFormAsync(Address("/terraform-login"), "terraform-login/consent", ("answer", "deny"));

        Assert.Contains(
            "http://localhost:10003/login?error=access_denied&amp;state=state-1",
            await denied.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.example.com/login")]
    [InlineData("redirect_uri", "http://localhost:10011/login")]
    [InlineData("redirect_uri", "http://localhost:10003@evil.example.com/login")]
    [InlineData("client_id", "another-client")]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge", "")]
    [InlineData("response_type", "token")]
    public async Task Request_OfAnotherClient_IsRejectedWithoutARedirect(string parameter, string value)
    {
        await using var server = await MirrorServer.StartAsync();
        using var browser = await SignedInAsync(server);

        using var answer = await browser.SendAsync(Address("/terraform-login", (parameter, value)));
        string html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Invalid request", html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example.com", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutASession_RedirectsToSignInAndBack()
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync(Address("/terraform-login"));

        Assert.StartsWith(
            "/sign-in?returnUrl=%2Fterraform-login%3Fclient_id%3Dterraform-cli",
            answer.Headers.Location?.PathAndQuery,
            StringComparison.Ordinal);
    }

    private static async Task<PlainBrowser> SignedInAsync(MirrorServer server)
    {
        var alice = UserName.Parse("alice");
        Assert.True(NewPassword.TryCreate("wonderland is big", alice, out var password, out _));
        await server.Services.GetRequiredService<Users>().CreateAsync(
            alice, password, false, false, Principal.Admin, CancellationToken.None);
        var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync(
            "/sign-in", "sign-in-user", ("UserName", "alice"), ("Password", "wonderland is big"));
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        return browser;
    }

    private static string Address(string page, params (string Name, string Value)[] instead)
    {
        var parameters = new Dictionary<string, string>
        {
            ["client_id"] = "terraform-cli",
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["state"] = "state-1",
        };
        foreach (var (name, value) in instead)
        {
            parameters[name] = value;
        }

        return $"{page}?{string.Join('&', parameters.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"))}";
    }

    private static async Task<(string Code, string State)> ReadAsync(HttpResponseMessage consent)
    {
        var match = Back().Match(WebUtility.HtmlDecode(await consent.Content.ReadAsStringAsync()));
        Assert.True(match.Success);
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    private static async Task<HttpResponseMessage> ExchangeAsync(
        MirrorServer server, string code, params (string Name, string Value)[] instead)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = "terraform-cli",
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        };
        foreach (var (name, value) in instead)
        {
            form[name] = value;
        }

        using var content = new FormUrlEncodedContent(form);
        return await server.Client.PostAsync("/terraform-login/token", content);
    }

    [GeneratedRegex(@"url=http://localhost:10003/login\?code=([^&]+)&state=([^""]+)""")]
    private static partial Regex Back();
}
