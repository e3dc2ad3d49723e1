using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Federation;

/// <summary>An OpenID issuer on loopback, as a CI system has one: it signs tokens and publishes its keys.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    private const string KeysPath = "/keys";

    private readonly FakeOrigin _server = FakeOrigin.Start();
    private readonly List<(string Id, AsymmetricAlgorithm Key)> _keys = [];

    public FakeIssuer() => _server.AddFile(
        "/.well-known/openid-configuration",
        JsonSerializer.SerializeToUtf8Bytes(new { issuer = Url, jwks_uri = Url + KeysPath }),
        "application/json");

    public string Url => _server.Url.TrimEnd('/');

    /// <summary>How often its keys were asked for.</summary>
    public int KeyRequests => _server.Count(KeysPath);

    public int Requests => _server.Requests.Count;

    public FakeIssuer WithKey(string id, string algorithm)
    {
        AsymmetricAlgorithm key = algorithm == "RS256" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keys.Add((id, key));
        Publish();
        return this;
    }

    public void Withdraw(string id)
    {
        _keys.RemoveAll(key => key.Id == id);
        Publish();
    }

    /// <param name="claims">Instead of, or with null without, the usual ones.</param>
    public string Sign(DateTimeOffset now, string? keyId = null, params (string Name, object? Value)[] claims)
    {
        var (id, key) = keyId is null ? _keys[^1] : _keys.Find(item => item.Id == keyId);
        return Sign(key, id, now, claims);
    }

    /// <summary>With a key that the issuer does not have, under an id of choice.</summary>
    public string Forge(DateTimeOffset now, string keyId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(key, keyId, now, []);
    }

    public async ValueTask DisposeAsync()
    {
        _keys.ForEach(item => item.Key.Dispose());
        await _server.DisposeAsync();
    }

    private string Sign(AsymmetricAlgorithm key, string keyId, DateTimeOffset now, (string Name, object? Value)[] changes)
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

        string head = Part(new { alg = key is RSA ? "RS256" : "ES256", kid = keyId });
        string signed = $"{head}.{Part(claims.Where(claim => claim.Value is not null).ToDictionary())}";
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        byte[] signature = key is RSA rsa
            ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private void Publish() => _server.AddFile(
        KeysPath, JsonSerializer.SerializeToUtf8Bytes(new { keys = _keys.Select(item => Describe(item.Id, item.Key)) }), "application/jwk-set+json");

    private static object Describe(string id, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            return new { kty = "RSA", use = "sig", kid = id, n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) };
        }

        var point = ((ECDsa)key).ExportParameters(false).Q;
        return new { kty = "EC", crv = "P-256", use = "sig", kid = id, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
    }

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Url} with {_keys.Count} keys");
}
