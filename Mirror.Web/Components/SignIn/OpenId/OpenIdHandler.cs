using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Mirror.Core.Access;
using Mirror.Core.Configuration;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>The settings of <see cref="OpenIdHandler"/>; its endpoints come from the provider's discovery document.</summary>
internal sealed class OpenIdOptions : OAuthOptions
{
    // The framework's own would ask for endpoints and a secret before anybody signs in.
    public override void Validate()
    {
    }
}

/// <summary>
/// Signs in with an OpenID provider: the framework's authorization code flow with state, correlation and PKCE, and what makes
/// OpenID Connect of it: discovery, the nonce, and the checks of the ID token.
/// </summary>
internal sealed class OpenIdHandler(
    IOptionsMonitor<OpenIdOptions> options, ILoggerFactory logger, UrlEncoder encoder, MirrorOptions mirror, OpenIdProvider provider, OidcUsers users, Sessions sessions)
    : OAuthHandler<OpenIdOptions>(options, logger, encoder)
{
    public const string SchemeName = "OpenId";

    private const string NonceItem = "mirror:nonce";

    private OidcOptions Oidc => mirror.Auth.Oidc!;

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Options.AuthorizationEndpoint = (await provider.GetMetadataAsync(Backchannel, Context.RequestAborted)).AuthorizationEndpoint.AbsoluteUri;
        properties.Items[NonceItem] = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri) =>
        QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, PublicRedirect(redirectUri)), "nonce", properties.Items[NonceItem]!);

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        var metadata = await provider.GetMetadataAsync(Backchannel, Context.RequestAborted);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = context.Code,
            ["redirect_uri"] = PublicRedirect(context.RedirectUri),
        };
        if (context.Properties.Items.Remove(OAuthConstants.CodeVerifierKey, out string? verifier) && verifier is not null)
        {
            form[OAuthConstants.CodeVerifierKey] = verifier;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (Oidc.ClientSecret is { } secret && metadata.TakesBasic)
        {
            string credentials = $"{Uri.EscapeDataString(Oidc.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        else
        {
            form["client_id"] = Oidc.ClientId;
            if (Oidc.ClientSecret is { } inForm)
            {
                form["client_secret"] = inForm;
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        try
        {
            using var response = await Backchannel.SendAsync(request, Context.RequestAborted);
            var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Context.RequestAborted));
            return response.IsSuccessStatusCode
                ? OAuthTokenResponse.Success(json)
                : OAuthTokenResponse.Failed(new OpenIdException($"The provider answers {(int)response.StatusCode} at its token endpoint: {json.RootElement.Text("error") ?? "no reason given"}."));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !Context.RequestAborted.IsCancellationRequested)
        {
            return OAuthTokenResponse.Failed(new OpenIdException($"The provider's token endpoint cannot be asked: {e.Message}", e));
        }
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        string? nonce = properties.Items.TryGetValue(NonceItem, out string? begun) ? begun : null;
        var who = await provider.IdentifyAsync(Backchannel, tokens.Response?.RootElement.Text("id_token"), tokens.AccessToken, nonce, Context.RequestAborted);
        var subject = await users.SignInAsync(who, Oidc.AdminGroups, Context.RequestAborted) ?? throw new OpenIdException("The user was deleted at this moment.");
        subject = subject with { Principal = subject.Principal with { RemoteAddress = Context.Connection.RemoteIpAddress?.ToString() } };
        return new AuthenticationTicket(await sessions.BeginAsync(subject, $"OpenID provider {who.Issuer}", Context.RequestAborted), properties, SchemeName);
    }

    /// <summary>Where the provider sends the browser back to, under the name by which it knows this instance.</summary>
    private string PublicRedirect(string redirectUri) =>
        mirror.PublicUrl is { } known ? known.AbsoluteUri.TrimEnd('/') + Options.CallbackPath : redirectUri;
}
