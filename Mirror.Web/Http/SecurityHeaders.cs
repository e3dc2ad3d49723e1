using Microsoft.Extensions.Primitives;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>
/// What every answer tells a browser. No document but a page is one to show, embed or run; pages have a policy of their own.
/// </summary>
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

    /// <summary>Again, where an answer was begun anew.</summary>
    public static void Set(HttpContext context, MirrorOptions options)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        // Only with a certificate that browsers trust: with the local authority's, it would lock people out of trying.
        if (options.Tls.CertificatePath is not null && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = OneYear;
        }

        // Terraform shows nothing: what it fetches all day is sent without.
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            headers.ContentSecurityPolicy = Nothing;
            headers["Referrer-Policy"] = NoReferrer;
        }
    }
}
