using Microsoft.Extensions.Primitives;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>The security headers of every response. Only pages may be displayed; they set a separate policy.</summary>
internal static class SecurityHeaders
{
    private static readonly StringValues NoSniff = new("nosniff");
    private static readonly StringValues OneYear = new("max-age=31536000");
    private static readonly StringValues Nothing = new("default-src 'none'; frame-ancestors 'none'");
    private static readonly StringValues NoReferrer = new("no-referrer");

    public static void UseSecurityHeaders(this WebApplication app, MirrorOptions options) => app.Use(next => context =>
    {
        Set(context, options);
        return next(context);
    });

    /// <summary>Call again after a response was reset.</summary>
    public static void Set(HttpContext context, MirrorOptions options)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        // Only with a configured certificate: with the local CA's, browsers would not let users continue.
        if (options.Tls.CertificatePath is not null && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = OneYear;
        }

        // Terraform ignores them, and its documents are the most frequent responses.
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            headers.ContentSecurityPolicy = Nothing;
            headers["Referrer-Policy"] = NoReferrer;
        }
    }
}
