using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Tests.Time;
using Mirror.Web.Components.SignIn.OpenId;

namespace Mirror.Tests.SignIn;

/// <summary>What an ID token must say before anybody is signed in, with Entra ID's claims among others.</summary>
public sealed class OpenIdProviderTests : IDisposable
{
    private const string Authority = "https://login.example.com/organizations/v2.0";
    private const string Tenant = "11111111-2222-3333-4444-555555555555";
    private const string Issuer = $"https://login.example.com/{Tenant}/v2.0";
    private const string Nonce = "the-nonce-of-this-sign-in";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);
    private readonly ManualTimeProvider _time = new();
    private readonly HttpClient _http;
    private Dictionary<string, object> _userInfo = new() { ["sub"] = "subject-1" };

    public OpenIdProviderTests() => _http = new HttpClient(new Answers(Answer));

    [Fact]
    public async Task Identify_WithEntraIdsClaims_HasGroupsAndRoles()
    {
        var claims = Claims();
        claims["groups"] = new[] { "0f0f-group" };
        claims["roles"] = new[] { "Mirror.Deployer" };

        var identity = await IdentifyAsync(claims);

        Assert.Equal((Issuer, "subject-1", "alice@example.com"), (identity.Issuer, identity.Subject, identity.Names[0]));
        Assert.Equal(["0f0f-group", "Mirror.Deployer"], identity.Groups);
    }

    [Theory]
    [InlineData("subject-1", "platform-team")]
    [InlineData("subject-2", null)]
    public async Task Identify_WithoutGroupsInTheToken_AsksForThemAndBelievesOnlyTheSameSubject(string subject, string? group)
    {
        _userInfo = new() { ["sub"] = subject, ["groups"] = new[] { "platform-team" } };

        Assert.Equal(group is null ? [] : [group], (await IdentifyAsync(Claims())).Groups);
    }

    [Theory]
    [InlineData("iss", "https://login.example.com/other/v2.0", "another issuer")]
    [InlineData("iss", "https://login.example.com/{tenantid}/v2.0", "another issuer")]
    [InlineData("aud", "another-client", "another client")]
    [InlineData("azp", "another-client", "another client")]
    [InlineData("nonce", "of-another-sign-in", "another sign-in")]
    [InlineData("nonce", null, "another sign-in")]
    [InlineData("sub", null, "names nobody")]
    [InlineData("exp", 0, "expired")]
    [InlineData("exp", null, "expired")]
    [InlineData("nbf", 99999999999, "not valid yet")]
    public async Task Identify_WithAClaimThatIsNotAsItMustBe_SignsNobodyIn(string claim, object? value, string reason)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        var thrown = await Assert.ThrowsAsync<OpenIdException>(() => IdentifyAsync(claims));

        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identify_SignedByAnotherKeyOrByNone_SignsNobodyIn()
    {
        string forged = Sign(Claims(), _otherKey);
        string none = $"{Encode(new { alg = "none" })}.{Encode(Claims())}.AAAA";

        Assert.Contains("not signed", (await Assert.ThrowsAsync<OpenIdException>(() => IdentifyAsync(forged))).Message, StringComparison.Ordinal);
        Assert.Contains("not signed", (await Assert.ThrowsAsync<OpenIdException>(() => IdentifyAsync(none))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OpenIdException>(() => IdentifyAsync("no token"));
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
        _otherKey.Dispose();
    }

    private Dictionary<string, object> Claims() => new()
    {
        ["iss"] = Issuer,
        ["tid"] = Tenant,
        ["aud"] = "mirror",
        ["sub"] = "subject-1",
        ["nonce"] = Nonce,
        ["exp"] = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["preferred_username"] = "alice@example.com",
    };

    private Task<OidcIdentity> IdentifyAsync(Dictionary<string, object> claims) => IdentifyAsync(Sign(claims, _key));

    private Task<OidcIdentity> IdentifyAsync(string token) =>
        new OpenIdProvider(new OidcOptions { Authority = new Uri(Authority), ClientId = "mirror" }, _time).IdentifyAsync(_http, token, "access", Nonce, CancellationToken.None);

    private static string Sign(Dictionary<string, object> claims, RSA key)
    {
        string signed = $"{Encode(new { alg = "RS256", kid = "key-1" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private object Answer(Uri url)
    {
        var key = _key.ExportParameters(false);
        return url.AbsolutePath switch
        {
            "/organizations/v2.0/.well-known/openid-configuration" => new
            {
                issuer = "https://login.example.com/{tenantid}/v2.0",
                authorization_endpoint = "https://login.example.com/authorize",
                token_endpoint = "https://login.example.com/token",
                userinfo_endpoint = "https://login.example.com/userinfo",
                jwks_uri = "https://login.example.com/keys",
            },
            "/keys" => new { keys = new[] { new { kty = "RSA", use = "sig", kid = "key-1", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } },
            _ => _userInfo,
        };
    }

    private sealed class Answers(Func<Uri, object> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(answer(request.RequestUri!))) });
    }
}
