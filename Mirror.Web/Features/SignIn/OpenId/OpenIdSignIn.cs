using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Mirror.Core.Configuration;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>Registers sign-in with the configured OpenID provider, and its two endpoints.</summary>
internal static partial class OpenIdSignIn
{
    public const string SchemeName = "OpenId";
    public const string Problem = "problem";

    private const string Callback = Urls.OpenId + "/callback";

    // Some providers' codes are tokens.
    private const int MaxParameterLength = 4096;

    // Claims for the user name, in order of preference.
    private static readonly string[] NameClaims = ["preferred_username", "upn", "email", "name"];

    /// <exception cref="InvalidConfigurationException">The client certificate is unusable.</exception>
    public static void AddOpenId(this AuthenticationBuilder authentication, MirrorOptions options)
    {
        if (options.Auth.Oidc is not { } oidc)
        {
            return;
        }

        // Failures are logged in one line below, not also as a stack trace.
        authentication.Services.AddLogging(logging => logging
            .AddFilter(typeof(OpenIdConnectHandler).FullName, LogLevel.Critical)
            .AddFilter("Microsoft.IdentityModel", LogLevel.Critical));
        if (oidc.Provider == OidcProvider.EntraId)
        {
            authentication.AddMicrosoftIdentityWebApp(
                // Also set here, because it is in the path of the sign-in's cookies.
                entra => (entra.Instance, entra.TenantId, entra.ClientId, entra.CallbackPath) = (
                    oidc.Authority.AbsoluteUri, oidc.TenantId, oidc.ClientId, "/" + Callback),
                openIdConnectScheme: SchemeName,
                cookieScheme: null);
        }
        else
        {
            authentication.AddOpenIdConnect(SchemeName, handler => handler.Authority = oidc.Authority.AbsoluteUri);
        }

        var client = new OpenIdClient(oidc, options.PublicUrl);
        authentication.Services.Configure<OpenIdConnectOptions>(SchemeName, handler => Configure(handler, oidc, client));
    }

    public static void MapOpenId(this IEndpointRouteBuilder endpoints, OidcOptions? oidc)
    {
        if (oidc is not null)
        {
            endpoints.MapGet(Urls.OpenId, BeginAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(UiEndpoint.Instance);
            // The handler responds first; a request without the provider's parameters starts again.
            endpoints.MapGet(Callback, (HttpContext context) => TypedResults.LocalRedirect($"{context.Request.PathBase}/{Urls.SignIn}"))
                .AllowAnonymous().ExcludeFromDescription().WithMetadata(UiEndpoint.Instance, new QueryLength(MaxParameterLength));
        }
    }

    private static void Configure(OpenIdConnectOptions handler, OidcOptions oidc, OpenIdClient client)
    {
        handler.ClientId = oidc.ClientId;
        handler.ClientSecret = oidc.ClientSecret;
        handler.ResponseType = OpenIdConnectResponseType.Code;
        // The provider redirects the browser with a link: Lax cookies are sufficient, also over plain HTTP.
        handler.ResponseMode = OpenIdConnectResponseMode.Query;
        foreach (var cookie in new[] { handler.CorrelationCookie, handler.NonceCookie })
        {
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        }

        handler.UsePkce = true;
        handler.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        handler.DisableTelemetry = true;
        handler.SkipUnrecognizedRequests = true;
        handler.CallbackPath = "/" + Callback;
        // Otherwise a link on another site could end the session.
        handler.RemoteSignOutPath = handler.SignedOutCallbackPath = PathString.Empty;
        handler.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        // A user who declines at the provider can choose again here.
        handler.AccessDeniedPath = "/" + Urls.SignIn;
        handler.ReturnUrlParameter = Urls.ReturnUrl;
        handler.Scope.Clear();
        foreach (string scope in oidc.Scopes)
        {
            handler.Scope.Add(scope);
        }

        handler.MapInboundClaims = false;
        handler.TokenHandler = new JsonWebTokenHandler { MapInboundClaims = false };
        // Entra ID's userinfo adds nothing to its ID tokens.
        handler.GetClaimsFromUserInfoEndpoint = oidc.Provider != OidcProvider.EntraId;
        foreach (string claim in NameClaims.Append("roles").Append(oidc.GroupsClaim).Distinct())
        {
            handler.ClaimActions.MapJsonKey(claim, claim);
        }

        client.Configure(handler);
        handler.Events.OnTicketReceived = SignInAsync;
        handler.Events.OnRemoteFailure = FailAsync;
    }

    private static async Task BeginAsync(HttpContext context, [MaxLength(Urls.MaxReturnUrl)] string? returnUrl)
    {
        try
        {
            var properties = new AuthenticationProperties { RedirectUri = Urls.LocalOrHome(returnUrl, context.Request.PathBase) };
            await context.ChallengeAsync(SchemeName, properties);
        }
        catch (InvalidOperationException e)
        {
            Refuse(context, e);
        }
    }

    private static async Task SignInAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var oidc = http.RequestServices.GetRequiredService<MirrorOptions>().Auth.Oidc!;
        var who = Identify(context.Principal!, oidc.GroupsClaim);
        if (await http.RequestServices.GetRequiredService<OidcUsers>().SignInAsync(who, oidc.AdminGroups, http.RequestAborted) is not { } subject)
        {
            Refuse(http, new AuthenticationFailureException("The user was deleted."));
            return;
        }

        subject = subject with { Principal = subject.Principal with { RemoteAddress = http.Connection.RemoteIpAddress?.ToString() } };
        var session = await http.RequestServices.GetRequiredService<Sessions>()
            .BeginAsync(subject, $"OpenID provider {who.Issuer}", http.RequestAborted);
        await http.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme, session, new AuthenticationProperties { IsPersistent = false });
        // Not a redirect: the session's cookie is not sent on a navigation that the provider started.
        string next = Urls.LocalOrHome(context.ReturnUri, context.Request.PathBase);
        await RedirectPage.WriteAsync(http, "Signed in", "You are signed in.", next);
    }

    private static OidcIdentity Identify(ClaimsPrincipal principal, string groupsClaim)
    {
        var subject = principal.FindFirst("sub")!;
        return new OidcIdentity(
            subject.Issuer,
            subject.Value,
            [.. NameClaims.SelectMany(principal.FindAll).Select(claim => claim.Value).Where(name => name.Length > 0)],
            [.. principal.FindAll(groupsClaim).Concat(
                principal.FindAll("roles")).Select(claim => claim.Value).Distinct(StringComparer.Ordinal)]);
    }

    private static async Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        string reason = Refuse(http, context.Failure);
        // Limited, so that unauthenticated requests cannot fill the audit log.
        if (http.RequestServices.GetRequiredService<RateLimits>().TryCountFailure(http))
        {
            await http.RequestServices.GetRequiredService<UserSessions>()
                .RecordRefusalAsync($"OpenID provider: {reason}", http.Connection.RemoteIpAddress?.ToString(), http.RequestAborted);
        }
    }

    private static string Refuse(HttpContext context, Exception? failure)
    {
        string reason = OpenIdFailure.Describe(failure);
        SignInFailed(context.RequestServices.GetRequiredService<ILogger<OpenIdClient>>(), reason);
        context.Response.Redirect($"{context.Request.PathBase}/{Urls.SignIn}?{Problem}=provider");
        return reason;
    }

    [LoggerMessage(1201, LogLevel.Warning, "Sign-in with the OpenID provider failed: {Reason}")]
    private static partial void SignInFailed(ILogger logger, string reason);
}
