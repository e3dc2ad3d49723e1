using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Mirror.Core.Federation;

/// <summary>
/// A signed JWT taken apart; nothing of it is believed before <see cref="JsonWebKey.Verifies"/> said so.
/// See https://www.rfc-editor.org/rfc/rfc7519 and https://www.rfc-editor.org/rfc/rfc8725.
/// </summary>
public sealed class JsonWebToken
{
    private const int MaxLength = 16 * 1024;

    private JsonWebToken(string algorithm, string? keyId, JsonElement claims, byte[] signed, byte[] signature) =>
        (Algorithm, KeyId, Claims, Signed, Signature) = (algorithm, keyId, claims, signed, signature);

    public string Algorithm { get; }

    public string? KeyId { get; }

    public JsonElement Claims { get; }

    public string? Issuer => Text("iss");

    public string? Subject => Text("sub");

    public DateTimeOffset? ExpiresAt => Time("exp");

    public DateTimeOffset? NotBefore => Time("nbf");

    /// <summary>What the signature is over.</summary>
    internal byte[] Signed { get; }

    internal byte[] Signature { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out JsonWebToken? token)
    {
        token = null;
        if (text.Length > MaxLength || text.Split('.') is not [{ Length: > 0 } head, { Length: > 0 } body, { Length: > 0 } signature])
        {
            return false;
        }

        try
        {
            var header = Read(head);
            var claims = Read(body);
            // What a token declares critical and is not understood here makes it invalid; nothing is understood here.
            if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object || header.TryGetProperty("crit", out _)
                || !header.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            string? keyId = header.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String ? kid.GetString() : null;
            token = new JsonWebToken(algorithm.GetString()!, keyId, claims, Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature));
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether it is meant for the audience: the claim is one, or an array with it.</summary>
    public bool IsFor(string audience) => Claims.TryGetProperty("aud", out var claim) && claim.ValueKind switch
    {
        JsonValueKind.String => claim.ValueEquals(audience),
        JsonValueKind.Array => claim.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(audience)),
        _ => false,
    };

    public override string ToString() => $"a token of {Issuer} for {Subject}";

    private static JsonElement Read(string part) => JsonElement.Parse(Base64Url.DecodeFromChars(part));

    private string? Text(string claim) => Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private DateTimeOffset? Time(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && seconds is >= 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;
}
