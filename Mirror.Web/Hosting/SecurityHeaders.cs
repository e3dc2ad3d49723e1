using Microsoft.Extensions.Primitives;
using Mirror.Core.Configuration;

namespace Mirror.Web.Hosting;

/// <summary>What every answer tells a browser; the pages add a policy of their own.</summary>
internal static class SecurityHeaders
{
    private static readonly StringValues NoSniff = new("nosniff");
    private static readonly StringValues OneYear = new("max-age=31536000");

    public static void UseSecurityHeaders(this WebApplication app, MirrorOptions options)
    {
        // Only with a certificate that browsers trust: with the local authority's, it would lock people out of trying.
        bool hasRealCertificate = options.Tls.CertificatePath is not null;
        app.Use(next => context =>
        {
            context.Response.Headers.XContentTypeOptions = NoSniff;
            if (hasRealCertificate && context.Request.IsHttps)
            {
                context.Response.Headers.StrictTransportSecurity = OneYear;
            }

            return next(context);
        });
    }
}
