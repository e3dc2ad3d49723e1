using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Configuration;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>Registers signing in with the configured OpenID provider, and its two addresses.</summary>
internal static partial class OpenIdSignIn
{
    public const string Problem = "problem";

    private const string Callback = Urls.OpenId + "/callback";

    public static void AddOpenId(this AuthenticationBuilder authentication, OidcOptions? oidc)
    {
        if (oidc is null)
        {
            return;
        }

        authentication.Services.AddSingleton(oidc).AddSingleton<OpenIdProvider>();
        authentication.AddOAuth<OpenIdOptions, OpenIdHandler>(OpenIdHandler.SchemeName, handler =>
        {
            handler.ClientId = oidc.ClientId;
            handler.ClientSecret = oidc.ClientSecret ?? "";
            handler.CallbackPath = "/" + Callback;
            handler.UsePkce = true;
            handler.BackchannelTimeout = TimeSpan.FromSeconds(10);
            handler.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            // Whoever says no there is asked again here.
            handler.AccessDeniedPath = "/" + Urls.SignIn;
            handler.ReturnUrlParameter = SignInEndpoints.ReturnUrl;
            // The provider sends the browser here by a link; and http on this machine is for trying.
            handler.CorrelationCookie.SameSite = SameSiteMode.Lax;
            handler.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            handler.Scope.Clear();
            foreach (string scope in oidc.Scopes)
            {
                handler.Scope.Add(scope);
            }

            handler.Events.OnTicketReceived = GoOnAsync;
            handler.Events.OnRemoteFailure = FailAsync;
        });
    }

    public static void MapOpenId(this IEndpointRouteBuilder endpoints, OidcOptions? oidc)
    {
        if (oidc is not null)
        {
            endpoints.MapGet(Urls.OpenId, BeginAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(UiEndpoint.Instance);
            // The handler answers in front of it; who comes without anything from the provider starts anew.
            endpoints.MapGet(Callback, (HttpContext context) => TypedResults.LocalRedirect($"{context.Request.PathBase}/{Urls.SignIn}"))
                .AllowAnonymous().ExcludeFromDescription().WithMetadata(UiEndpoint.Instance);
        }
    }

    private static async Task BeginAsync(HttpContext context, string? returnUrl, ILogger<OpenIdProvider> logger)
    {
        try
        {
            var properties = new AuthenticationProperties { RedirectUri = SignInEndpoints.LocalOrHome(returnUrl, context.Request.PathBase) };
            await context.ChallengeAsync(OpenIdHandler.SchemeName, properties);
        }
        catch (OpenIdException e)
        {
            SignInFailed(logger, e.Message);
            context.Response.Redirect($"{context.Request.PathBase}/{Urls.SignIn}?{Problem}=provider");
        }
    }

    /// <summary>
    /// A page in between rather than a redirect: the session's cookie is not sent on the navigation that the provider began.
    /// </summary>
    private static async Task GoOnAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        await context.HttpContext.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.Principal!, new AuthenticationProperties { IsPersistent = false });
        await GoOnPage.WriteAsync(context.HttpContext, "Signed in", "You are signed in.", SignInEndpoints.LocalOrHome(context.ReturnUri, context.Request.PathBase));
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        SignInFailed(context.HttpContext.RequestServices.GetRequiredService<ILogger<OpenIdProvider>>(), context.Failure?.Message ?? "no reason given");
        context.Response.Redirect($"{context.Request.PathBase}/{Urls.SignIn}?{Problem}=provider");
        return Task.CompletedTask;
    }

    [LoggerMessage(5001, LogLevel.Warning, "Nobody was signed in with the OpenID provider: {Reason}")]
    private static partial void SignInFailed(ILogger logger, string reason);
}
