using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mirror.Core.Identity.Federation;

/// <summary>
/// This instance as an OpenID issuer: issues short-lived tokens for registries that trust it, and publishes the keys to verify them.
/// </summary>
public sealed class InstanceIssuer(InstanceAddress address, IssuerKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private static readonly JsonWebTokenHandler Handler = new();

    /// <param name="subject">The path of the namespace that the token is issued for.</param>
    /// <returns>Null while the server has no URL at which recipients could find the keys.</returns>
    public async ValueTask<(string Token, DateTimeOffset ExpiresAt)?> MintAsync(
        string subject, string audience, CancellationToken cancellationToken)
    {
        if (address.Issuer is not { } issuer)
        {
            return null;
        }

        var key = await keys.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        using var signer = ECDsa.Create();
        signer.ImportPkcs8PrivateKey(key.PrivateKey, out _);
        // Otherwise the library would cache the signer beyond the key's disposal.
        var signing =
            new ECDsaSecurityKey(signer) { KeyId = key.Id, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        string token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["jti"] = Guid.NewGuid().ToString("N") },
            SigningCredentials = new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256),
        });
        return (token, now + Lifetime);
    }

    /// <summary>See https://openid.net/specs/openid-connect-discovery-1_0.html.</summary>
    /// <returns>Null if the server has no URL yet.</returns>
    public byte[]? Discovery() => address.Issuer is not { } issuer ? null : Write(json =>
    {
        json.WriteString("issuer", issuer);
        json.WriteString("jwks_uri", issuer + "/.well-known/jwks.json");
        WriteArray(json, "response_types_supported", "id_token");
        WriteArray(json, "subject_types_supported", "public");
        WriteArray(json, "id_token_signing_alg_values_supported", "ES256");
        WriteArray(json, "claims_supported", "iss", "sub", "aud", "iat", "nbf", "exp", "jti");
    });

    /// <summary>See https://www.rfc-editor.org/rfc/rfc7517.</summary>
    public async ValueTask<byte[]> KeySetAsync(CancellationToken cancellationToken)
    {
        var published = await keys.ListAsync(cancellationToken).ConfigureAwait(false);
        return Write(json =>
        {
            json.WriteStartArray("keys");
            foreach (var key in published)
            {
                using var curve = ECDsa.Create();
                curve.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
                var point = curve.ExportParameters(includePrivateParameters: false).Q;
                json.WriteStartObject();
                json.WriteString("kty", "EC");
                json.WriteString("crv", "P-256");
                json.WriteString("use", "sig");
                json.WriteString("alg", "ES256");
                json.WriteString("kid", key.Id);
                json.WriteString("x", Base64Url.EncodeToString(point.X));
                json.WriteString("y", Base64Url.EncodeToString(point.Y));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, params string[] values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
