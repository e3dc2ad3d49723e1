using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>Registers authentication, by a bearer token or a session's cookie, and authorization.</summary>
public static class AccessEndpoints
{
    public static IServiceCollection AddMirrorAccess(this IServiceCollection services)
    {
        services
            .AddSingleton<AdminToken>()
            .AddSingleton<IPasswordHashing, PasswordHashing>()
            .AddSingleton<RateLimits>()
            .AddSingleton<IBearerTokens>(provider => provider.GetRequiredService<AdminToken>())
            .AddSingleton<Sessions>()
            .AddSingleton<AccessControl>()
            .AddScoped<CurrentUser>()
            // Handlers take the route's namespace as a parameter.
            .AddTransient(provider => provider.GetRequiredService<CurrentUser>().Namespace);
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(SessionCookie.Configure)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        return services.AddAccessPolicies();
    }

    public static Principal Caller(this HttpContext context) => context.User().Principal;

    internal static AccessSubject Subject(this HttpContext context) => context.User().Subject;

    internal static MirrorScope Scope(this HttpContext context) => context.User().Namespace;

    internal static bool SeesProtected(this HttpContext context) => context.User().SeesProtected;

    /// <summary>Requires more than the endpoint does, where a handler finds that it takes that.</summary>
    /// <exception cref="ApiProblemException">The sender may not.</exception>
    internal static void Require(this HttpContext context, AccessAction action)
    {
        var access = context.User().Access;
        if (!access.May(action))
        {
            access = access with { Decision = AccessPolicy.Decide(access.Subject, action, access.Scope) };
            var denied = AccessDenied.Prepare(context, access, action, access.Scope!.Path.Value);
            throw new ApiProblemException(denied.Status, denied.Title, denied.Detail);
        }
    }

    private static CurrentUser User(this HttpContext context) => context.RequestServices.GetRequiredService<CurrentUser>();
}
