using Microsoft.Extensions.Primitives;

namespace Mirror.Web.Components;

/// <summary>Marks the endpoints of the UI.</summary>
internal sealed record UiEndpoint
{
    public static UiEndpoint Instance { get; } = new();

    public static bool IsChosenFor(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<UiEndpoint>() is not null;
}

/// <summary>What requests for the UI pass through before its endpoints.</summary>
internal static class UiPipeline
{
    public const string NotFoundPath = "/not-found";

    // Radzen's dialogs carry style attributes; nothing of ours does. Scripts come from files of this instance only.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseUiHeaders(this IApplicationBuilder app) => app.Use(next => context =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = new StringValues(ContentSecurityPolicy);
        headers["Referrer-Policy"] = new StringValues("same-origin");
        headers["Cross-Origin-Opener-Policy"] = new StringValues("same-origin");
        headers["Cross-Origin-Resource-Policy"] = new StringValues("same-origin");
        headers["Permissions-Policy"] = new StringValues("camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        return next(context);
    });

    /// <summary>
    /// A browser that asks for what no endpoint serves is shown a page. Anybody else gets the problem document: protocol
    /// clients never ask for HTML.
    /// </summary>
    public static void UseNotFoundPage(this WebApplication app)
    {
        IEndpointRouteBuilder endpoints = app;
        var page = new Lazy<Endpoint?>(() => endpoints.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .FirstOrDefault(endpoint => endpoint.RoutePattern.RawText == NotFoundPath));
        app.Use(next => context =>
        {
            if (context.GetEndpoint() is null && HttpMethods.IsGet(context.Request.Method) && AsksForHtml(context.Request) && page.Value is { } endpoint)
            {
                context.SetEndpoint(endpoint);
            }

            return next(context);
        });
    }

    private static bool AsksForHtml(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
