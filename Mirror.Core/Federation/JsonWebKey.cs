using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mirror.Core.Federation;

/// <summary>
/// A public key of an issuer. Which algorithm goes with it is the key's to say, never the token's alone.
/// See https://www.rfc-editor.org/rfc/rfc7517 and https://www.rfc-editor.org/rfc/rfc7518.
/// </summary>
public sealed class JsonWebKey
{
    private const int MinimumRsaBits = 2048;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _curve;

    private JsonWebKey(string? id, RSAParameters? rsa, ECParameters? curve) => (Id, _rsa, _curve) = (id, rsa, curve);

    public string? Id { get; }

    /// <summary>The keys of a set that can verify signatures here: RSA for RS256, P-256 for ES256. Others are left out.</summary>
    /// <exception cref="JsonException">It is not a set of keys.</exception>
    public static IReadOnlyList<JsonWebKey> ParseSet(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("It has no array 'keys'.");
        }

        return [.. keys.EnumerateArray().Select(Parse).OfType<JsonWebKey>()];
    }

    /// <summary>Whether this key signed the token.</summary>
    public bool Verifies(JsonWebToken token)
    {
        try
        {
            if (_rsa is { } rsa && token.Algorithm == "RS256")
            {
                using var key = RSA.Create(rsa);
                return key.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            if (_curve is { } curve && token.Algorithm == "ES256")
            {
                using var key = ECDsa.Create(curve);
                return key.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }
        }
        catch (CryptographicException)
        {
            // A point that is not on the curve, and the like: nothing such a key says is true.
        }

        return false;
    }

    private static JsonWebKey? Parse(JsonElement key)
    {
        string? Text(string name) => key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        if (key.ValueKind != JsonValueKind.Object || Text("use") is { } use && use != "sig")
        {
            return null;
        }

        try
        {
            switch (Text("kty"))
            {
                case "RSA" when Text("n") is { } n && Text("e") is { } e && Text("alg") is null or "RS256":
                    var modulus = Base64Url.DecodeFromChars(n);
                    return modulus.Length * 8 < MinimumRsaBits ? null : new JsonWebKey(Text("kid"), new RSAParameters { Modulus = modulus, Exponent = Base64Url.DecodeFromChars(e) }, null);
                case "EC" when Text("crv") == "P-256" && Text("x") is { } x && Text("y") is { } y:
                    var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
                    return new JsonWebKey(Text("kid"), null, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
                default:
                    return null;
            }
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
