using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Identity.Federation;

/// <summary>An OpenID issuer on the loopback interface, like that of a CI system. It signs tokens and publishes its keys.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    private const string KeysPath = "/keys";
    private const string DiscoveryPath = "/.well-known/openid-configuration";

    private readonly FakeOrigin _server = FakeOrigin.Start();
    private readonly List<(string Id, string Algorithm, AsymmetricAlgorithm Key)> _keys = [];

    public FakeIssuer() => Describe(Url, Url + KeysPath);

    public string Url => _server.Url.TrimEnd('/');

    /// <summary>The number of requests for its keys.</summary>
    public int KeyRequests => _server.Count(KeysPath);

    public int Requests => _server.Requests.Count;

    /// <param name="algorithm">The JWA algorithm of the key.</param>
    /// <param name="rsaBits">The size of an RSA key.</param>
    public FakeIssuer WithKey(string id, string algorithm, int rsaBits = 2048)
    {
        _keys.Add((id, algorithm, algorithm switch
        {
            "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            _ => RSA.Create(rsaBits),
        }));
        Publish();
        return this;
    }

    /// <summary>Lets the service account <c>ci</c> of <c>default</c> trust the jobs of <c>example/infra</c>.</summary>
    public async Task BeTrustedByAsync(MirrorServer server)
    {
        var add = await CommandLine.RunAsync(
            server, "service-account", "trust", "add", "default", "ci", "--issuer", Url, "--audience", "mirror",
            "--claim", "sub=repo:example/infra:*", "--json");
        Assert.Equal((0, ""), (add.ExitCode, add.Error));
        Assert.Equal("repo:example/infra:*", (string)add.Json["claims"]!["sub"]!);
    }

    /// <summary>Applies the fault to every request until <see cref="Behave"/>.</summary>
    public void Misbehave(Fault fault) => _server.Misbehave(_ => true, fault);

    public void Behave() => _server.Behave();

    /// <summary>Completes at the first request to the issuer.</summary>
    public Task WhenAskedAsync() => _server.WhenRequested(_ => true);

    /// <summary>Sets the content of the discovery document.</summary>
    public void Describe(string issuer, string? keys) =>
        _server.AddFile(DiscoveryPath, JsonSerializer.SerializeToUtf8Bytes(new { issuer, jwks_uri = keys }), "application/json");

    /// <summary>Sets the response for the keys, which can be invalid.</summary>
    public void PublishRaw(byte[] keys) => _server.AddFile(KeysPath, keys, "application/json");

    public void Withdraw(string id)
    {
        _keys.RemoveAll(key => key.Id == id);
        Publish();
    }

    /// <param name="claims">Replace the default claims; null removes a claim.</param>
    public string Sign(DateTimeOffset now, string? keyId = null, params (string Name, object? Value)[] claims)
    {
        var (id, algorithm, key) = keyId is null ? _keys[^1] : _keys.Find(item => item.Id == keyId);
        return Sign(key, Header(algorithm, id), Claims(now, claims));
    }

    /// <summary>Signs a header and claims of any content with the newest key of the issuer.</summary>
    public string SignRaw(byte[] header, byte[] claims) => Sign(_keys[^1].Key, header, claims);

    /// <summary>Signs with a key that the issuer does not have, under the given id.</summary>
    public string Forge(DateTimeOffset now, string keyId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(key, Header("ES256", keyId), Claims(now, []));
    }

    /// <summary>The bytes of the claims of a valid token.</summary>
    public byte[] Claims(DateTimeOffset now, params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Url,
            ["sub"] = "repo:example/infra:ref:refs/heads/main",
            ["aud"] = "mirror",
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return JsonSerializer.SerializeToUtf8Bytes(claims.Where(claim => claim.Value is not null).ToDictionary());
    }

    public static byte[] Header(string algorithm, string keyId) =>
        JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, kid = keyId });

    public async ValueTask DisposeAsync()
    {
        _keys.ForEach(item => item.Key.Dispose());
        await _server.DisposeAsync();
    }

    private static string Sign(AsymmetricAlgorithm key, byte[] header, byte[] claims)
    {
        string algorithm;
        try
        {
            algorithm = JsonElement.Parse(header).GetProperty("alg").GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            algorithm = "";
        }

        string signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        var hash = algorithm.EndsWith("384", StringComparison.Ordinal) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        byte[] signature = key is RSA rsa
            ? rsa.SignData(
                bytes, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private void Publish() => _server.AddFile(
        KeysPath,
        JsonSerializer.SerializeToUtf8Bytes(new { keys = _keys.Select(item => Describe(item.Id, item.Key)) }),
        "application/jwk-set+json");

    private static object Describe(string id, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            return new { kty = "RSA", use = "sig", kid = id, n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) };
        }

        var point = ((ECDsa)key).ExportParameters(false).Q;
        return new { kty = "EC", crv = $"P-{key.KeySize}", use = "sig", kid = id, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Url} with {_keys.Count} keys");
}
