using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Http;

/// <summary>Sends ready documents, with an exact media type, gzip, entity tags, conditional requests and HEAD.</summary>
internal static class DocumentResponses
{
    /// <summary>Terraform accepts no other media type for a document.</summary>
    public static readonly StringValues Json = "application/json";
    public static readonly StringValues PlainText = "text/plain; charset=utf-8";
    public static readonly StringValues Bytes = "application/octet-stream";

    private static readonly StringValues Vary = "Accept-Encoding";
    private static readonly StringValues Gzip = "gzip";
    // The content and the permission to read it may change: clients revalidate each time, which an entity tag makes cheap.
    private static readonly StringValues NoCache = "no-cache";
    private static readonly StringValues NoStore = "no-store";

    public static Task WriteAsync(HttpContext context, ReadyDocument document, in StringValues contentType) =>
        WriteAsync(context, document, contentType, NoCache);

    public static Task WriteAsync(HttpContext context, ReadyDocument document, in StringValues contentType, in StringValues cacheControl)
    {
        var request = context.Request.Headers;
        var response = context.Response.Headers;
        bool gzip = AcceptsGzip(request.AcceptEncoding);
        string etag = gzip ? document.GzipETag : document.ETag;
        response.ETag = etag;
        response.Vary = Vary;
        response.CacheControl = cacheControl;
        if (EntityTags.Match(request.IfNoneMatch, etag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        byte[] body = gzip ? document.Gzip : document.Body;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (gzip)
        {
            response.ContentEncoding = Gzip;
        }

        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    /// <summary>Sends a JSON document that must not be cached, without an entity tag.</summary>
    public static Task WriteUncachedAsync(HttpContext context, byte[] body)
    {
        context.Response.Headers.CacheControl = NoStore;
        context.Response.ContentType = Json;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    private static bool AcceptsGzip(StringValues accepted)
    {
        // Fast path: what Go's client sends.
        if (accepted.Count == 0 || accepted == "gzip")
        {
            return accepted.Count > 0;
        }

        return StringWithQualityHeaderValue.TryParseList(accepted, out var values)
            && values.Any(value => value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && value.Quality is null or > 0);
    }
}

internal static class EntityTags
{
    /// <summary>
    /// Whether an If-None-Match header matches the entity tag. See https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2.
    /// </summary>
    public static bool Match(StringValues list, string etag) =>
        list.Count > 0 && (list == etag
            || EntityTagHeaderValue.TryParseList(list, out var tags) && tags.Any(tag => tag.Tag == "*" || tag.Tag == etag));
}
