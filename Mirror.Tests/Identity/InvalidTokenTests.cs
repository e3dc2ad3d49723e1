using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Mirror.Tests.Identity.Federation;

namespace Mirror.Tests.Identity;

/// <summary>
/// Invalid credentials are rejected, and never cause a server error. The server trusts the issuer in these tokens, and most tokens have a
/// valid signature, so that they are processed as far as possible.
/// </summary>
public sealed class InvalidTokenTests : IAsyncLifetime
{
    private const int Seed = 20261130;

    private static readonly string[] Addresses =
    [
        "/api/v1/groups/default/versions", "/v1/provider-mirror/providers/default/registry.terraform.io/hashicorp/null/index.json",
        "/v1/registries/registry.terraform.io/providers/hashicorp/null/versions", "/metrics", "/api/v1/user",
    ];

    // Values of a claim as JSON. Single bytes are written as Latin-1 characters.
    private static readonly string[] Values =
    [
        "\"\\ud800\"", "\"\\udfff\\ud800\"", "\"\u00ff\u00c0\"", "\"\u00ed\u00a0\u0080\"", "\"\\u0000\"", "\"\"", "\"x\"", "null", "true",
        "[]", "{}", "[null]", "[1,\"\\ud800\"]", "{\"\\ud800\":1}",
        "0", "-1", "0.5", "1e3", "1e308", "-1e308", "1e400", "253402300799", "253402300799.999", "253402300800", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "\"253402300799\"",
        "-62135596800", "-62135596801", "99999999999999999999999999999999999999999999", "\"2026-11-30T00:00:00Z\"", "NaN", "01",
        "\"unterminated",
        new string('[', 20) + new string(']', 20), new string('[', 2000) + new string(']', 2000), "\"" + new string('a', 9000) + "\"",
    ];

    // None of the values above is valid for these.
    private static readonly string[] Decisive = ["alg", "crit", "iss", "sub", "aud"];

    private static readonly string[] HeaderNames = ["alg", "kid", "typ", "cty", "crit", "x5t", "x5c", "jwk", "zip", "b64", "enc"];
    private static readonly string[] ClaimNames = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "actort", "act", "tid"];

    private readonly FakeIssuer _issuer = new FakeIssuer().WithKey("first", "ES256");

    private MirrorServer Server { get; set; } = null!;

    private HttpClient Client { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await MirrorServer.StartAsync(options => options with
        {
            Listen = options.Listen with { Https = null },
            Auth = options.Auth with { AnonymousRead = false, WorkloadIssuers = [new Uri(_issuer.Url)] },
            RateLimit = new RateLimitOptions { FailuresPerMinute = 0 },
        });
        await using (var db = Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            db.Principals.Add(
                new PrincipalRow { Kind = PrincipalKind.ServiceAccount, Name = "ci", NamespaceId = MirrorDbContext.DefaultGroupId, CreatedBy = "admin" });
            await db.SaveChangesAsync();
        }

        await _issuer.BeTrustedByAsync(Server);
        Client = Server.CreateClient(handler => handler.RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    /// <summary>Puts every value in every place, and signs the token.</summary>
    [Fact]
    public async Task Token_WithUnexpectedValues_CausesNoServerError()
    {
        foreach (string value in Values)
        {
            foreach (string name in HeaderNames)
            {
                await AssertNoErrorAsync(
                    _issuer.SignRaw(With(FakeIssuer.Header("ES256", "first"), name, value), Claims()),
                    $"header {name}={Shorten(value)}",
                    Decisive.Contains(name));
            }

            foreach (string name in ClaimNames)
            {
                await AssertNoErrorAsync(
                    _issuer.SignRaw(FakeIssuer.Header("ES256", "first"), With(Claims(), name, value)),
                    $"claim {name}={Shorten(value)}",
                    Decisive.Contains(name));
            }
        }
    }

    /// <summary>Two parsers must not read different values from one token.</summary>
    [Theory]
    [InlineData("sub", "\"repo:example/infra:ref:refs/heads/main\"")]
    [InlineData("iss", null)]
    [InlineData("aud", "\"mirror\"")]
    [InlineData("exp", "4102444800")]
    public async Task Token_WithADuplicateClaim_Returns401(string name, string? value)
    {
        string good = Encoding.UTF8.GetString(Claims());
        byte[] twice = Encoding.UTF8.GetBytes($"{{\"{name}\":{value ?? $"\"{_issuer.Url}\""},{good[1..]}");

        Assert.Equal(
            HttpStatusCode.NotFound,
            await SendAsync("Bearer " + _issuer.SignRaw(FakeIssuer.Header("ES256", "first"), Claims()), Addresses[0]));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await SendAsync("Bearer " + _issuer.SignRaw(FakeIssuer.Header("ES256", "first"), twice), Addresses[0]));
    }

    /// <summary>Mutates a valid token at random places, with a fixed seed.</summary>
    [Fact]
    public async Task Token_Mutated_CausesNoServerError()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 600; i++)
        {
            byte[] header = FakeIssuer.Header("ES256", "first");
            byte[] claims = Claims();
            Mutate(random, random.Next(2) == 0 ? header : claims);
            string token = _issuer.SignRaw(header, claims);
            if (random.Next(2) == 0)
            {
                char[] text = token.ToCharArray();
                text[random.Next(text.Length)] = (char)random.Next(0x21, 0x7F);
                token = new string(text);
            }

            await AssertNoErrorAsync(token, $"mutation {i} of seed {Seed}");
        }
    }

    [Fact]
    public async Task Token_OfAnotherFormat_CausesNoServerError()
    {
        string good = _issuer.SignRaw(FakeIssuer.Header("ES256", "first"), Claims());
        string[] parts = good.Split('.');
        string[] tokens =
        [
            "", " ", ".", "..", "...", "....", "eyJ", "eyJ.", "eyJ..", "eyJ.eyJ.eyJ", "eyJ=.eyJ=.eyJ=", "eyJ+/.eyJ.AAAA",
            $"{parts[0]}.{parts[1]}", $"{parts[0]}..{parts[2]}", $"{good}.", $"{good}.{good}", $"{good}==",
            $"{parts[0]}.{parts[1]}.{parts[2]}.AAAA.AAAA", $"{Part("[]")}.{parts[1]}.{parts[2]}", $"{parts[0]}.{Part("[]")}.{parts[2]}",
            $"{parts[0]}.{Part("\"eyJ\"")}.{parts[2]}", $"{parts[0]}.{Part("{}")}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{new string('A', 11000)}", "eyJ"
                + new string('A', 16 * 1024), "eyJ"
                + new string('.', 16 * 1024), "mirror_", "mirror_"
                + new string('A', 20000), "mirror_admin_", "mirror_\u00ff\u00fe", "\u00c3\u00a9", "x-api-key:", "x-api-key:x-api-key:",
        ];
        foreach (string token in tokens)
        {
            await AssertNoErrorAsync(token, Shorten(token));
        }

        foreach (string header in new[] { "Bearer", "bearer  a b", "Basic", "Basic !", "Basic OjpcdWQ4MDA6", "Basic " + new string('A', 20000), "Digest username=\"\u00ff\"", "Negotiate YII=", ",", "Bearer a, Bearer b", "\u00ff\u00ff" })
        {
            foreach (string address in Addresses)
            {
                Assert.InRange((int)await SendAsync(header, address), 400, 499);
            }
        }
    }

    [Theory]
    [InlineData("X-API-Key", "eyJ.eyJ.eyJ")]
    [InlineData("Cookie", "mirror-session=eyJ.eyJ.eyJ; .AspNetCore.Antiforgery.x=%ED%A0%80")]
    [InlineData("Cookie", "mirror-session=\u00ff\u00fe; mirror-session=CfDJ8")]
    public async Task Credentials_InOtherHeaders_CauseNoServerError(string header, string value)
    {
        foreach (string address in Addresses.Append("/").Append("/account"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await Client.SendAsync(request);
            Assert.InRange((int)response.StatusCode, 200, 499);
        }
    }

    /// <summary>Signed links are credentials too.</summary>
    [Theory]
    [InlineData("?expires=253402300800&signature=1-AAAA")]
    [InlineData("?expires=9223372036854775807&signature=-")]
    [InlineData("?expires=9223372036854775808&signature=1-%ED%A0%80")]
    [InlineData("?expires=-1&signature=%FF%FE")]
    [InlineData("?job=9223372036854775807&expires=4102444800&signature=1-AAAA")]
    [InlineData("?expires=1&expires=2&signature=a&signature=b")]
    public async Task Link_Altered_IsRejected(string query) => Assert.Equal(
        HttpStatusCode.Forbidden,
        await SendAsync(
            "",
            "/v1/provider-mirror/providers/default/registry.terraform.io/hashicorp/null/terraform-provider-null_1.0.0_linux_amd64.zip" + query));

    private byte[] Claims() => _issuer.Claims(TimeProvider.System.GetUtcNow());

    /// <param name="isInvalid">The token is invalid; otherwise it can still be a valid token of the service account, which has almost no
    /// permissions.</param>
    private async Task AssertNoErrorAsync(string token, string what, bool isInvalid = false)
    {
        foreach (string scheme in new[] { "Bearer ", "Bearer x-api-key:" })
        {
            int status = (int)await SendAsync(
                scheme + token, Addresses[(uint)token.GetHashCode(StringComparison.Ordinal) % Addresses.Length]);
            // Kestrel itself returns 400 for invalid UTF-8.
            Assert.True(isInvalid ? status == 401 : status is 200 or 400 or 401 or 403 or 404 or 431, $"{what}: {status}");
        }
    }

    private async Task<HttpStatusCode> SendAsync(string authorization, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    // Replaces the existing value, so that the name is not duplicated.
    private static byte[] With(byte[] json, string name, string value)
    {
        string text = Encoding.Latin1.GetString(json);
        int at = text.IndexOf($"\"{name}\":", StringComparison.Ordinal);
        if (at < 0)
        {
            return Encoding.Latin1.GetBytes($"{text[..^1]},\"{name}\":{value}}}");
        }

        int begin = at + name.Length + 3;
        int end = text.IndexOfAny([',', '}'], text[begin] == '"' ? text.IndexOf('"', begin + 1) : begin);
        return Encoding.Latin1.GetBytes(text[..begin] + value + text[end..]);
    }

    private static void Mutate(Random random, byte[] json)
    {
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            json[random.Next(json.Length)] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => "\"\\{}[],:0123456789eE+-.nulltrue\0"u8[random.Next(30)],
                _ => (byte)(0x80 | random.Next(128)),
            };
        }
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Shorten(string text) =>
        text.Length <= 80 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..80]}… ({text.Length} characters)");
}
