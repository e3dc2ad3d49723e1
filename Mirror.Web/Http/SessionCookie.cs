using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>Authenticates pages by session cookie. Each request looks up the session, so ending it takes effect immediately.</summary>
internal static class SessionCookie
{
    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "mirror-session";
        // An incomplete cookie counts as none: by default the framework throws and the request fails.
        options.CookieManager = new ChunkingCookieManager { ThrowForPartialCookies = false };
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.ExpireTimeSpan = UserSessions.Lifetime;
        options.SlidingExpiration = false;
        options.LoginPath = "/" + Urls.SignIn;
        options.ReturnUrlParameter = Urls.ReturnUrl;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        Sessions.NoteAddress(context.Principal!, http.Connection.RemoteIpAddress?.ToString());
        if (await http.RequestServices.GetRequiredService<Sessions>().FindAsync(context.Principal!, http.RequestAborted) is { } session)
        {
            http.RequestServices.GetRequiredService<CurrentUser>().Authenticated(session);
        }
        else
        {
            context.RejectPrincipal();
        }
    }
}
