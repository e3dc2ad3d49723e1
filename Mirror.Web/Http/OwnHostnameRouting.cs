using Mirror.Core.Addresses;
using Mirror.Core.Hosted;

namespace Mirror.Web.Http;

/// <summary>Replaces other names of this instance in the URLs of the API by its current hostname.</summary>
internal static class OwnHostnameRouting
{
    private const string Key = "hostname";

    /// <summary>Call after routing, and before access to the named provider or module is decided.</summary>
    public static void UseOwnHostname(this WebApplication app)
    {
        var hostnames = app.Services.GetRequiredService<OwnHostnames>();
        if (hostnames.Current is not { } current)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (context.Request.RouteValues.TryGetValue(Key, out object? value)
                && context.Request.Path.StartsWithSegments("/api")
                && ProviderHostname.TryParse(value as string, out var hostname)
                && hostnames.IsOwn(hostname))
            {
                context.Request.RouteValues[Key] = current.Value;
            }

            return next(context);
        });
    }
}
