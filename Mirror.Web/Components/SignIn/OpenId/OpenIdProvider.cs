using System.Net.Http.Headers;
using System.Text.Json;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Core.Federation;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>The configured OpenID provider: where its endpoints are, which keys it signs with, and whom its tokens name.</summary>
internal sealed class OpenIdProvider(OidcOptions options, TimeProvider time)
{
    private const int MaxDocument = 1 << 20;
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private volatile Kept<OpenIdMetadata>? _metadata;
    private volatile Kept<IReadOnlyList<JsonWebKey>>? _keys;

    private sealed record Kept<T>(T Value, Moment At);

    /// <exception cref="OpenIdException">It cannot be reached, or says nothing that can be used.</exception>
    public async ValueTask<OpenIdMetadata> GetMetadataAsync(HttpClient http, CancellationToken cancellationToken)
    {
        if (_metadata is { } kept && kept.At.IsWithin(MaxAge, time))
        {
            return kept.Value;
        }

        var url = new Uri(options.Authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");
        var metadata = OpenIdMetadata.Parse(JsonElement.Parse(await GetAsync(http, url, null, cancellationToken)));
        _metadata = new Kept<OpenIdMetadata>(metadata, Moment.Now(time));
        return metadata;
    }

    /// <summary>Whom the answer of the token endpoint names, once all of it has been checked.</summary>
    /// <param name="nonce">What this sign-in was begun with.</param>
    /// <exception cref="OpenIdException">Something about it is not as it must be.</exception>
    public async Task<OidcIdentity> IdentifyAsync(HttpClient http, string? idToken, string? accessToken, string? nonce, CancellationToken cancellationToken)
    {
        var metadata = await GetMetadataAsync(http, cancellationToken);
        if (idToken is null || !JsonWebToken.TryParse(idToken, out var token))
        {
            throw new OpenIdException("The provider sent no ID token.");
        }

        await CheckSignatureAsync(http, metadata, token, cancellationToken);
        CheckClaims(metadata, token, nonce);
        var claims = token.Claims;
        var sources = new List<JsonElement> { claims };
        if (!claims.TryGetProperty(options.GroupsClaim, out _) && metadata.UserInfoEndpoint is { } userInfo && accessToken is not null)
        {
            // Providers may keep ID tokens short, and tell the rest there.
            var more = JsonElement.Parse(await GetAsync(http, userInfo, accessToken, cancellationToken));
            if (more.ValueKind == JsonValueKind.Object && more.Text("sub") == token.Subject)
            {
                sources.Add(more);
            }
        }

        string[] names = ["preferred_username", "upn", "email", "name"];
        return new OidcIdentity(
            token.Issuer!,
            token.Subject!,
            [.. names.SelectMany(name => sources.Select(source => source.Text(name))).OfType<string>()],
            [.. sources.SelectMany(source => source.Texts(options.GroupsClaim).Concat(source.Texts("roles"))).Distinct(StringComparer.Ordinal)]);
    }

    private void CheckClaims(OpenIdMetadata metadata, JsonWebToken token, string? nonce)
    {
        var now = time.GetUtcNow();
        string? fault = string.IsNullOrEmpty(token.Subject) ? "names nobody"
            : token.Issuer != metadata.IssuerFor(token.Claims.Text("tid")) ? "is of another issuer"
            : !token.IsFor(options.ClientId) ? "is for another client"
            : token.Claims.Text("azp") is { } party && party != options.ClientId ? "was issued to another client"
            : token.ExpiresAt is not { } end || end + ClockSkew <= now ? "has expired"
            : token.NotBefore > now + ClockSkew ? "is not valid yet; compare the clocks"
            : nonce is null || token.Claims.Text("nonce") != nonce ? "belongs to another sign-in"
            : null;
        if (fault is not null)
        {
            throw new OpenIdException($"The provider's ID token {fault}.");
        }
    }

    private async Task CheckSignatureAsync(HttpClient http, OpenIdMetadata metadata, JsonWebToken token, CancellationToken cancellationToken)
    {
        var kept = _keys;
        if (kept is not null && kept.At.IsWithin(MaxAge, time) && IsSigned(kept.Value, token))
        {
            return;
        }

        if (kept is null || !kept.At.IsWithin(RefreshInterval, time))
        {
            kept = new Kept<IReadOnlyList<JsonWebKey>>(JsonWebKey.ParseSet(await GetAsync(http, metadata.KeysUri, null, cancellationToken)), Moment.Now(time));
            _keys = kept;
        }

        if (!IsSigned(kept.Value, token))
        {
            throw new OpenIdException("The provider's ID token is not signed by any of its keys.");
        }
    }

    private static bool IsSigned(IReadOnlyList<JsonWebKey> keys, JsonWebToken token) =>
        keys.Any(key => (token.KeyId is null || key.Id == token.KeyId) && key.Verifies(token));

    private static async Task<byte[]> GetAsync(HttpClient http, Uri url, string? accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (accessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new OpenIdException($"The provider answers {(int)response.StatusCode} at {url.GetLeftPart(UriPartial.Path)}.");
            }

            byte[] document = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (document.Length > MaxDocument)
            {
                throw new OpenIdException($"The provider's answer at {url.GetLeftPart(UriPartial.Path)} is too large.");
            }

            using var _ = JsonDocument.Parse(document);
            return document;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new OpenIdException($"The provider cannot be asked at {url.GetLeftPart(UriPartial.Path)}: {e.Message}", e);
        }
    }
}
