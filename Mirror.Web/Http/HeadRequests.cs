using Microsoft.AspNetCore.Http.Features;

namespace Mirror.Web.Http;

/// <summary>
/// Handles HEAD for pages, the API and metrics as GET without a body. The protocols handle HEAD themselves, since a HEAD of a package
/// must not send it.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use(next => context =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && !IsOfAProtocol(context.Request.Path))
        {
            context.Request.Method = HttpMethods.Get;
            // Results write a body regardless of the method, which breaks the response over HTTP/2.
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        }

        return next(context);
    });

    /// <summary>The first segment of a protocol URL is fixed or a hostname; hostnames and file names contain a dot.</summary>
    private static bool IsOfAProtocol(PathString path)
    {
        string first = path.Value?.Split('/', 3) is [_, var part, ..] ? part : "";
        return first is "v1" or "v2" or "health" or "check" or "providers" || first.Contains('.', StringComparison.Ordinal);
    }
}
