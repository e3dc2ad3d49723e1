using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mirror.Core.Identity.Federation;

/// <summary>
/// A parsed, signed JWT. Nothing in it may be trusted before <see cref="ExternalIssuers.VerifyAsync"/> has checked its signature.
/// See https://www.rfc-editor.org/rfc/rfc7519 and https://www.rfc-editor.org/rfc/rfc8725.
/// </summary>
public sealed class ExternalToken
{
    /// <summary>
    /// The accepted signature algorithms: only public keys and SHA-2; no <c>none</c>. The library does not support EdDSA.
    /// </summary>
    public static readonly IReadOnlyList<string> Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private const int MaxDepth = 16;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly DateTime _from;
    private readonly DateTime _to;

    private ExternalToken(JsonWebToken parsed, string issuer, JsonElement claims)
    {
        (Parsed, Issuer, Claims) = (parsed, issuer, claims);
        // Read here, where exceptions for malformed numbers still mean that the token is invalid.
        (_from, _to) = (parsed.ValidFrom, parsed.ValidTo);
    }

    /// <summary>The claim <c>iss</c>.</summary>
    public string Issuer { get; }

    /// <summary>All claims: an object without duplicate names, whose strings are valid text.</summary>
    public JsonElement Claims { get; }

    /// <summary>The id of the signing key; null if the token does not state it.</summary>
    public string? KeyId => string.IsNullOrEmpty(Parsed.Kid) ? null : Parsed.Kid;

    internal JsonWebToken Parsed { get; }

    /// <summary>
    /// Accepts only tokens that can become valid: three parts, an accepted algorithm, an issuer and an expiry time. Rejects everything that
    /// could make a later step throw or be interpreted in two ways: invalid UTF-8, lone surrogates, duplicate names, deep nesting.
    /// </summary>
    /// <param name="text">Any text; the caller limits its length.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ExternalToken? token)
    {
        token = null;
        if (text.AsSpan().ContainsAnyExcept(Alphabet)
            || text.Split('.') is not [{ Length: > 0 } head, { Length: > 0 } body, { Length: > 0 }])
        {
            return false;
        }

        try
        {
            // RFC 7515: a token with unsupported critical extensions is invalid, and none is supported here.
            if (!TryReadObject(head, out var header) || !TryReadObject(body, out var claims) || header.TryGetProperty("crit", out _)
                || Text(header, "alg") is not { } algorithm || !Algorithms.Contains(algorithm)
                || Text(claims, "iss") is not { Length: > 0 } issuer
                || !claims.TryGetProperty("exp", out var end) || end.ValueKind != JsonValueKind.Number
                || claims.TryGetProperty("nbf", out var start) && start.ValueKind != JsonValueKind.Number)
            {
                return false;
            }

            token = new ExternalToken(new JsonWebToken(text), issuer, claims);
            return true;
        }
        catch (Exception e) when (
            e is JsonException or FormatException or ArgumentException or OverflowException or InvalidCastException or SecurityTokenException)
        {
            return false;
        }
    }

    /// <summary>Whether the claim <c>aud</c> is the audience, or an array that contains it.</summary>
    public bool IsFor(string audience) => Parsed.Audiences.Contains(audience, StringComparer.Ordinal);

    /// <summary>Whether the token is valid at a time, with a tolerance for clock differences.</summary>
    /// <remarks>The tolerance is applied to the clock, since the token's times may be at the limits of the calendar.</remarks>
    public bool IsCurrent(DateTimeOffset now, TimeSpan tolerance) =>
        now.UtcDateTime - tolerance < _to && now.UtcDateTime + tolerance >= _from;

    public override string ToString() => $"a token of {Issuer}";

    private static bool TryReadObject(string part, out JsonElement json)
    {
        json = default;
        byte[] bytes = Base64Url.DecodeFromChars(part);
        if (!HoldsText(bytes))
        {
            return false;
        }

        json = JsonElement.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
        return json.ValueKind == JsonValueKind.Object;
    }

    // A JSON reader accepts escaped lone surrogates, and throws only when the string is read.
    private static bool HoldsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
