using Microsoft.AspNetCore.Http.Features;

namespace Mirror.Web.Http;

/// <summary>
/// HEAD of pages, the API and metrics: what GET answers, without its body. The protocols answer HEAD themselves, for there
/// it is asked of packages, whose HEAD is less than a GET that nobody reads.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use(next => context =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && !IsOfAProtocol(context.Request.Path))
        {
            context.Request.Method = HttpMethods.Get;
            // Results write theirs whatever the method was, and over HTTP/2 that breaks the answer.
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        }

        return next(context);
    });

    /// <summary>A hostname at the root, and files, have a dot in their first part.</summary>
    private static bool IsOfAProtocol(PathString path)
    {
        string first = path.Value?.Split('/', 3) is [_, var part, ..] ? part : "";
        return first is "v1" or "health" || first.Contains('.', StringComparison.Ordinal);
    }
}
