using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Mirror.Core.Configuration;
using Mirror.Web.Features.SignIn.OpenId;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn;

/// <summary>Sign-in with the OpenID provider, changing a temporary password, and sign-out.</summary>
public static class SignInEndpoints
{
    internal static IServiceCollection AddSignIn(this IServiceCollection services, MirrorOptions options)
    {
        services.AddAuthentication().AddOpenId(options);
        return services;
    }

    internal static IEndpointConventionBuilder MapSignOut(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Urls.SignOut, SignOutAsync).AllowAnonymous().ExcludeFromDescription();

    /// <summary>Call after authentication. Redirects users with a temporary password to change it.</summary>
    internal static IApplicationBuilder UsePasswordChange(this IApplicationBuilder app) => app.Use(next => context =>
    {
        var user = context.RequestServices.GetRequiredService<CurrentUser>();
        // The validation of the cookie has set the session.
        user.Authenticated(user.Session);
        if (user.Session is { MustChangePassword: true }
            && HttpMethods.IsGet(context.Request.Method)
            && context.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is { } page
            && page.Type != typeof(PasswordPage))
        {
            string here = context.Request.PathBase + context.Request.Path + context.Request.QueryString;
            context.Response.Redirect($"{context.Request.PathBase}/{Urls.Password}?{Urls.ReturnUrl}={Uri.EscapeDataString(here)}");
            return Task.CompletedTask;
        }

        return next(context);
    });

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return TypedResults.BadRequest();
        }

        await sessions.EndAsync(context.User, context.RequestAborted);
        await context.SignOutAsync();
        return TypedResults.LocalRedirect(Urls.LocalOrHome(null, context.Request.PathBase));
    }
}
