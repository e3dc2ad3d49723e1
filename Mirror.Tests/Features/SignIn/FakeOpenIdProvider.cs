using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mirror.Tests.Features.SignIn;

/// <summary>
/// An OpenID provider on the loopback interface that signs in one user without interaction. It rejects and records requests that a correct
/// client never sends. A test can change its documents, tokens and keys at any time.
/// </summary>
public sealed class FakeOpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "mirror";
    public const string Secret = "secret of the client: + % &";
    public const string Tenant = "11111111-2222-3333-4444-555555555555";

    // Created once per test run, because creating a key takes tenths of a second of processor time.
    private static readonly RSAParameters MadeKey = MakeKey();
    private static readonly RSAParameters MadeNewKey = MakeKey();

    private readonly WebApplication _application;
    private readonly RSA _key = RSA.Create(MadeKey);
    private readonly RSA _newKey = RSA.Create(MadeNewKey);
    private readonly ConcurrentDictionary<string, (string Challenge, string RedirectUri, string Nonce)> _codes = new();
    private readonly ConcurrentQueue<string> _violations = [];
    private readonly string _path;

    private FakeOpenIdProvider(string path)
    {
        _path = path;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.MapGet(path + "/.well-known/openid-configuration", () => Json(Discovery()));
        _application.MapGet(path + "/authorize", (Delegate)Authorize);
        _application.MapPost(path + "/token", (Delegate)ExchangeAsync);
        _application.MapGet(path + "/keys", () => Json(Keys()));
        _application.MapGet(path + "/userinfo", (HttpContext context) => IsAuthorized(context) ? Json(UserInfo) : Results.StatusCode(401));
        _application.MapPost("/v1.0/me/getMemberObjects", (Delegate)AnswerGraphAsync);
        _application.MapPost("/v1.0/users/{id}/getMemberObjects", (Delegate)AnswerGraphAsync);
        _application.MapFallback((HttpContext context) => Refuse($"asked for {context.Request.Path}", 404));
    }

    public Uri Url =>
        new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>The base URL of the discovery document.</summary>
    public string Authority => Url.AbsoluteUri.TrimEnd('/') + _path;

    /// <summary>The issuer in its tokens.</summary>
    public string Issuer => Authority;

    /// <summary>The only redirect URI that it accepts.</summary>
    public Uri? RedirectUri { get; set; }

    /// <summary>
    /// The client authentication methods in the discovery document; null: the property is missing, and the default applies.
    /// </summary>
    public string[]? Methods { get; set; }

    /// <summary>The certificate that must sign a <c>private_key_jwt</c>.</summary>
    public X509Certificate2? Certificate { get; set; }

    public Dictionary<string, object?> Claims { get; } = new() { ["sub"] = "subject-1", ["preferred_username"] = "alice@example.com" };

    public Dictionary<string, object?> UserInfo { get; } = new() { ["sub"] = "subject-1" };

    /// <summary>Changes the discovery document before it is sent.</summary>
    public Action<JsonObject> EditDiscovery { get; set; } = _ => { };

    /// <summary>Changes an ID token before it is sent.</summary>
    public Func<string, string> EditToken { get; set; } = token => token;

    /// <summary>The groups that Graph returns, with status 200 unless another status is set.</summary>
    public string[] GraphGroups { get; set; } = [];

    public int GraphStatus { get; set; } = 200;

    public List<string> GraphRequests { get; } = [];

    /// <summary>Signs with another key from now on, and publishes only this key.</summary>
    public bool HasNewKey { get; set; }

    public IReadOnlyCollection<string> Violations => _violations;

    public static Task<FakeOpenIdProvider> StartAsync() => StartAsync(new FakeOpenIdProvider("/realm"));

    /// <summary>Starts a provider that responds like a tenant of Entra ID.</summary>
    public static async Task<FakeOpenIdProvider> StartEntraAsync()
    {
        var provider = await StartAsync(new FakeOpenIdProvider($"/{Tenant}/v2.0"));
        provider.Methods = ["client_secret_post", "private_key_jwt"];
        provider.EditDiscovery = document =>
        {
            document["tenant_region_scope"] = "EU";
            document["msgraph_host"] = provider.Url.Authority;
        };
        provider.Claims["tid"] = Tenant;
        provider.Claims["oid"] = "00000000-0000-0000-0000-00000000000a";
        provider.Claims["ver"] = "2.0";
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _key.Dispose();
        _newKey.Dispose();
    }

    /// <summary>Signs claims with the current key, or with another key under the id of the current one.</summary>
    public string Sign(IReadOnlyDictionary<string, object?> claims, RSA? key = null)
    {
        string signed = $"{Part(new { alg = "RS256", typ = "JWT", kid = HasNewKey ? "key-2" : "key-1" })}.{Part(claims)}";
        byte[] signature = (key ?? (HasNewKey ? _newKey : _key))
            .SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    internal static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static async Task<FakeOpenIdProvider> StartAsync(FakeOpenIdProvider provider)
    {
        await provider._application.StartAsync();
        return provider;
    }

    private JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = Authority + "/authorize",
            ["token_endpoint"] = Authority + "/token",
            ["userinfo_endpoint"] = Authority + "/userinfo",
            ["jwks_uri"] = Authority + "/keys",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        };
        if (Methods is { } methods)
        {
            document["token_endpoint_auth_methods_supported"] = new JsonArray([.. methods.Select(method => (JsonNode)method)]);
        }

        EditDiscovery(document);
        return document;
    }

    private object Keys()
    {
        var key = (HasNewKey ? _newKey : _key).ExportParameters(false);
        return new { keys = new[] { new { kty = "RSA", use = "sig", kid = HasNewKey ? "key-2" : "key-1", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } };
    }

    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        string redirect = query["redirect_uri"].ToString();
        string? fault = query["client_id"] != ClientId ? "another client_id"
            : redirect != RedirectUri?.AbsoluteUri ? $"the redirect_uri {redirect}"
            : query["response_type"] != "code" ? "another response_type"
            : query["code_challenge_method"] != "S256" || query["code_challenge"].ToString().Length != 43 ? "no PKCE"
            : !query["scope"].ToString().Split(' ').Contains("openid") ? "no scope openid"
            : query["state"].ToString().Length == 0 ? "no state"
            : query["nonce"].ToString().Length == 0 ? "no nonce"
            : null;
        if (fault is not null)
        {
            return Refuse(fault, 400);
        }

        string code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["code_challenge"].ToString(), redirect, query["nonce"].ToString());
        return Results.Redirect(
            QueryHelpers.AddQueryString(redirect, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!IsClient(context, form))
        {
            return Refuse("the client did not prove itself as the discovery document says", 401, "invalid_client");
        }

        if (form["grant_type"] != "authorization_code"
            || !_codes.TryRemove(form["code"].ToString(), out var begun)
            || form["redirect_uri"] != begun.RedirectUri
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != begun.Challenge)
        {
            return Refuse("a code that is unknown, used, or another client's", 400, "invalid_grant");
        }

        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nonce"] = begun.Nonce,
        };
        foreach (var (name, value) in Claims)
        {
            claims[name] = value;
        }

        string token = EditToken(Sign(claims.Where(claim => claim.Value is not null).ToDictionary()));
        return Json(new { id_token = token, access_token = "access-1", token_type = "Bearer", expires_in = 3600 });
    }

    private bool IsClient(HttpContext context, IFormCollection form)
    {
        string basic = "Basic "
            + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(ClientId)}:{Uri.EscapeDataString(Secret)}"));
        bool isBasic = context.Request.Headers.Authorization == basic && !form.ContainsKey("client_secret");
        bool isForm = form["client_id"] == ClientId && form["client_secret"] == Secret && context.Request.Headers.Authorization.Count == 0;
        if (Certificate is { } certificate)
        {
            return form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                && !form.ContainsKey("client_secret")
                && IsSigned(form["client_assertion"].ToString(), certificate);
        }

        return Methods is null || Methods.Contains("client_secret_basic")
            ? isBasic
            : Methods is ["none"] ? form["client_id"] == ClientId && !form.ContainsKey("client_secret")
            : isForm;
    }

    private bool IsSigned(string assertion, X509Certificate2 certificate)
    {
        string[] parts = assertion.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        using var key = certificate.GetRSAPublicKey()!;
        return (string)header["x5t"]! == Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA1))
            && ((string)claims["iss"]!, (string)claims["sub"]!, (string)claims["aud"]!) == (ClientId, ClientId, Authority + "/token")
            && claims["jti"] is not null && claims["exp"] is not null
            && key.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1);
    }

    private async Task<IResult> AnswerGraphAsync(HttpContext context)
    {
        GraphRequests.Add(context.Request.Path);
        var body = await context.Request.ReadFromJsonAsync<JsonObject>();
        return !IsAuthorized(context) || body?["securityEnabledOnly"] is null ? Refuse("a query that Graph does not know", 401)
            : GraphStatus == 200 ? Json(new { value = GraphGroups })
            : Results.StatusCode(GraphStatus);
    }

    private static RSAParameters MakeKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    }

    private static bool IsAuthorized(HttpContext context) => context.Request.Headers.Authorization == "Bearer access-1";

    private static IResult Json(object value) => Results.Text(JsonSerializer.Serialize(value), "application/json");

    private IResult Refuse(string violation, int status, string error = "invalid_request")
    {
        _violations.Enqueue(violation);
        return Results.Text(JsonSerializer.Serialize(new { error }), "application/json", statusCode: status);
    }
}
