using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Catalog;

namespace Mirror.Web.Components.SignIn;

/// <summary>The cookie that a sign-in leaves in the browser, and signing out.</summary>
public static class SignInEndpoints
{
    public const string ReturnUrl = "returnUrl";

    internal static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddScoped<Visitor>();
        services.AddAuthorization();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "mirror-session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.ExpireTimeSpan = Sessions.Lifetime;
            cookie.SlidingExpiration = false;
            cookie.LoginPath = "/" + Urls.SignIn;
            cookie.ReturnUrlParameter = ReturnUrl;
            cookie.Events.OnValidatePrincipal = context =>
            {
                var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
                if (context.Principal is null || sessions.Identify(context.Principal).Kind == PrincipalKind.Anonymous)
                {
                    context.RejectPrincipal();
                }

                return Task.CompletedTask;
            };
        });
        return services;
    }

    internal static IEndpointConventionBuilder MapSignOut(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Urls.SignOut, SignOutAsync).AllowAnonymous().ExcludeFromDescription();

    /// <summary>A page of this instance to go on to, or the list where the address leads elsewhere.</summary>
    public static string LocalOrHome(string? url, PathString pathBase) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : $"{pathBase}/{Urls.ProviderMirrors(Urls.DefaultGroup)}";

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return TypedResults.BadRequest();
        }

        sessions.End(context.User);
        await context.SignOutAsync();
        return TypedResults.LocalRedirect(LocalOrHome(null, context.Request.PathBase));
    }
}
