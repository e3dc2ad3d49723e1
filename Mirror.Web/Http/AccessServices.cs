using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>Registers authorization, and authentication by bearer token or session cookie.</summary>
public static class AccessServices
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
}
