using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace Mirror.Web.Http;

/// <summary>
/// Explains why a request below <c>/api</c> matches no endpoint: its URL, method or media type. Routing alone would pass it to the
/// catch-all endpoints.
/// </summary>
internal static class UnmatchedRequests
{
    public const string Pattern = "/api/{**unknown}";

    public static IResult Answer(HttpContext context, EndpointDataSource all)
    {
        var here = all.Endpoints.OfType<RouteEndpoint>().Where(endpoint => IsAt(endpoint, context.Request.Path)).ToList();
        var methods = here.SelectMany(Methods).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (methods.Count > 0 && !methods.Contains(context.Request.Method))
        {
            string allowed = string.Join(", ", methods);
            context.Response.Headers.Allow = allowed;
            return Problems.Create(
                StatusCodes.Status405MethodNotAllowed,
                "Method not allowed",
                $"'{context.Request.Method}' is not supported at this URL; expected {allowed}.");
        }

        var types = here.Where(endpoint => Methods(endpoint).Contains(context.Request.Method))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes ?? [])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        return types.Count > 0 && !context.Request.HasJsonContentType()
            ? Problems.Create(
                StatusCodes.Status415UnsupportedMediaType,
                "Unsupported media type",
                $"Content-Type: '{context.Request.ContentType}' is not supported; expected {string.Join(" or ", types)}.")
            : Problems.Create(
                StatusCodes.Status404NotFound, "Not found", "The API has no such URL; see /openapi/v1.json.");
    }

    private static bool IsAt(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } text && text != Pattern && text.StartsWith("/api/", StringComparison.Ordinal)
        && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), new RouteValueDictionary())
            .TryMatch(path, new RouteValueDictionary());

    private static IReadOnlyList<string> Methods(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
}
