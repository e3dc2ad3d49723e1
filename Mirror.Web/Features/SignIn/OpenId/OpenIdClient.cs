using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Microsoft.IdentityModel.Validators;
using Mirror.Core.Configuration;
using Mirror.Core.Identity.Federation;

namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>This instance as an OpenID client, beyond the framework's handler: client authentication and additional checks.</summary>
internal sealed class OpenIdClient(OidcOptions oidc, Uri? publicUrl)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly X509Certificate2? _certificate = oidc.ClientCertificatePath is { } path ? ClientCertificate.Load(path) : null;

    public void Configure(OpenIdConnectOptions handler)
    {
        handler.Backchannel = BackChannel.Create(oidc.Proxy);
        handler.RequireHttpsMetadata = oidc.Authority.Scheme == Uri.UriSchemeHttps;
        handler.RefreshInterval = RefreshInterval;
        handler.AutomaticRefreshInterval = MaxAge;
        handler.TokenValidationParameters.ValidAlgorithms = ExternalToken.Algorithms;
        handler.TokenValidationParameters.LifetimeValidator = (from, to, _, _) =>
        {
            var now = handler.TimeProvider!.GetUtcNow().UtcDateTime;
            return to is { } end && now - ClockSkew < end && !(from > now + ClockSkew);
        };
        if (oidc.Provider == OidcProvider.EntraId)
        {
            // Identity.Web's own validator would fetch the discovery document again, without the limits of the back channel.
            handler.TokenValidationParameters.IssuerValidator = AadIssuerValidator
                .GetAadIssuerValidator(handler.Authority!, null, _ => (BaseConfigurationManager)handler.ConfigurationManager!).Validate;
        }

        var redirect = handler.Events.OnRedirectToIdentityProvider;
        handler.Events.OnRedirectToIdentityProvider = async context =>
        {
            await redirect(context);
            Redirect(context);
        };
        handler.Events.OnAuthorizationCodeReceived = RedeemAsync;
        handler.Events.OnTokenResponseReceived = RequireSignature;
        handler.Events.OnTokenValidated = ValidateAsync;
    }

    private void Redirect(RedirectContext context)
    {
        if (!Uri.TryCreate(context.ProtocolMessage.IssuerAddress, UriKind.Absolute, out var endpoint) || !BackChannel.IsProtected(endpoint))
        {
            throw new InvalidOperationException(
                "The provider's discovery document has no usable authorization_endpoint; expected an https URL.");
        }

        if (publicUrl is not null)
        {
            context.ProtocolMessage.RedirectUri = publicUrl.AbsoluteUri.TrimEnd('/') + context.Options.CallbackPath;
        }
    }

    /// <summary>
    /// Redeems the code for tokens. The framework's handler sends the client secret only in the form; providers may require the header,
    /// which is the default of OpenID Connect.
    /// </summary>
    private async Task RedeemAsync(AuthorizationCodeReceivedContext context)
    {
        var provider = await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        var form = context.TokenEndpointRequest!;
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint);
        if (_certificate is not null)
        {
            form.ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form.ClientAssertion = ClientCertificate.Assert(
                _certificate, oidc.ClientId, provider.TokenEndpoint, context.Options.TimeProvider!.GetUtcNow());
        }
        else if (oidc.ClientSecret is { } secret
        && (provider.TokenEndpointAuthMethodsSupported is { Count: 0 }
            || provider.TokenEndpointAuthMethodsSupported.Contains("client_secret_basic")))
        {
            string credentials = $"{Uri.EscapeDataString(oidc.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
            form.ClientSecret = null;
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new FormUrlEncodedContent(form.Parameters);
        using var response = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        string body = await response.Content.ReadAsStringAsync(context.HttpContext.RequestAborted);
        context.HandleCodeRedemption(Read((int)response.StatusCode, body));
    }

    private static OpenIdConnectMessage Read(int status, string body)
    {
        OpenIdConnectMessage? answer = null;
        try
        {
            answer = new OpenIdConnectMessage(body);
        }
        catch (ArgumentException)
        {
            // Not repeated in an error, since it may contain a secret.
        }

        return status == StatusCodes.Status200OK && answer is not null
            ? answer
            : throw new AuthenticationFailureException(
                $"The provider's token endpoint returned {status}: {(answer is null ? "not JSON" : answer.Error ?? "no reason given")}.");
    }

    /// <summary>The framework's handler accepts an unsigned ID token from the token endpoint, as OpenID Connect allows.</summary>
    private static Task RequireSignature(TokenResponseReceivedContext context)
    {
        if (context.TokenEndpointResponse.IdToken?.Split('.') is not [_, _, { Length: > 0 }])
        {
            context.Fail("The provider returned no signed ID token.");
        }

        return Task.CompletedTask;
    }

    private async Task ValidateAsync(TokenValidatedContext context)
    {
        // Nonce, subject and authorized party, which the framework's handler does not check if another component redeemed the code.
        context.Options.ProtocolValidator.ValidateTokenResponse(new OpenIdConnectProtocolValidationContext
        {
            ClientId = oidc.ClientId,
            ProtocolMessage = context.TokenEndpointResponse,
            ValidatedIdToken = context.SecurityToken,
            Nonce = context.Nonce,
        });
        if (oidc.Provider == OidcProvider.EntraId)
        {
            await EntraGroups.AddAsync(context, oidc.GroupsClaim);
        }
    }
}
