using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;

namespace Mirror.Web.Http;

/// <summary>
/// Redirects downloads to the package store (<c>PresignedDownloads</c>), with a URL that expires no later than the link that was requested.
/// </summary>
internal static class PackageRedirects
{
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    /// <returns>Null if the package is sent from here: other methods, conditional requests and packages that the store cannot serve.</returns>
    public static async Task<Uri?> FindTargetAsync(HttpContext context, PackageDelivery package, PackageFileName name)
    {
        if (!context.RequestServices.GetRequiredService<MirrorOptions>().Packages.PresignedDownloads
            || !HttpMethods.IsGet(context.Request.Method)
            || context.Request.Headers.IfNoneMatch.Count > 0)
        {
            return null;
        }

        var lifetime = FindLifetime(context);
        return lifetime < MinLifetime ? null : await package.PresignAsync(name.ToString(), lifetime, context.RequestAborted);
    }

    public static void Write(HttpContext context, Uri target)
    {
        context.RequestServices.GetRequiredService<FetchingMetrics>().CountRedirected();
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = target.AbsoluteUri;
        context.Response.Headers.CacheControl = "no-store";
    }

    private static TimeSpan FindLifetime(HttpContext context)
    {
        if (!long.TryParse(context.Request.Query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out long expires))
        {
            return MaxLifetime;
        }

        double left = expires - (context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds() / 1000d);
        return TimeSpan.FromSeconds(Math.Clamp(Math.Floor(left), 0, MaxLifetime.TotalSeconds));
    }
}
