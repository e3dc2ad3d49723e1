using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Mirror.Web.Http;

/// <summary>
/// The page that shows the API and tries it, <c>/scalar</c>. Its script and styles come from this instance. It needs style elements, which a
/// nonce permits on this page only, and two hashes for elements that its script creates without the nonce.
/// </summary>
internal static class ApiReference
{
    // They belong to the version of the package; the browser's console names others after an update.
    private const string OtherStyles =
        "'sha256-l/2OpPg0d+2VLTLgwjf5mQo2CYwHDEqdj5TjbfEyVJI=' 'sha256-T13Uev3xCax2N28XaoAE8DOzQZKvPp7ZQVAi1iRREjo='";

    public static void MapApiReference(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapScalarApiReference("/scalar", Configure).ExcludeFromDescription();

    private static void Configure(ScalarOptions options, HttpContext context)
    {
        string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}' {OtherStyles}; style-src-attr 'unsafe-inline'; "
            + "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        options.Nonce = nonce;
        options.HeadContent = $"<meta property=\"csp-nonce\" content=\"{nonce}\" />";
        options.Title = "API of Mirror";
        options.OpenApiRoutePattern = "openapi/{documentName}.json";
        options.Favicon = "../assets/favicon.svg";
        // Nothing leaves this instance.
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.HideClientButton = true;
        options.DisableAgent().DisableMcp();
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        options.DynamicBaseServerUrl = true;
    }
}
