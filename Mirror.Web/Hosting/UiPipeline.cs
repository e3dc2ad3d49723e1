using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>The middleware of the UI's endpoints.</summary>
internal static class UiPipeline
{
    public const string NotFoundPath = "/not-found";

    public const string Circuits = "/_blazor";

    // MudBlazor's components use style attributes; our own markup does not. Scripts come from this instance only.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Without web sockets, a circuit's messages arrive as requests, several in one.</summary>
    public static void BoundCircuitRequests(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern }
            && pattern.StartsWith(Circuits, StringComparison.Ordinal))
        {
            endpoint.Metadata.Add(new RequestSizeLimitAttribute(2 * UiServices.MaximumMessageSize));
        }
    }

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
    /// Accepts circuits only from this instance's own pages. Browsers let any page open a web socket, and send a same-site cookie with it;
    /// other ports of this machine and sibling hosts are the same site.
    /// </summary>
    public static IApplicationBuilder UseOwnOrigin(this IApplicationBuilder app, MirrorOptions options) => app.Use(next => context =>
        context.Request.Path.StartsWithSegments(Circuits)
            && context.Request.Headers.Origin is { Count: > 0 } origin
            && !IsOwn(origin.ToString(), context.Request.Host, options.PublicUrl)
            ? Problems.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Cross-origin request",
                $"A page of '{origin}' cannot use this instance. If it is this instance's own origin, forward the Host header in the "
                + "proxy or set Mirror:PublicUrl.")
            : next(context));

    // A proxy that adds TLS changes the scheme, which is allowed.
    private static bool IsOwn(string origin, HostString host, Uri? publicUrl) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && (from.Authority == publicUrl?.Authority
            || Uri.TryCreate($"{from.Scheme}://{host.ToUriComponent()}", UriKind.Absolute, out var here)
                && from.Authority == here.Authority);

    /// <summary>
    /// Shows browsers a page for a URL without an endpoint. Other clients get the problem document: protocol clients never accept HTML.
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
            if (context.GetEndpoint() is null
                && HttpMethods.IsGet(context.Request.Method)
                && AsksForHtml(context.Request)
                && page.Value is { } endpoint)
            {
                context.SetEndpoint(endpoint);
            }

            return next(context);
        });
    }

    private static bool AsksForHtml(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
