using Mirror.Core.Addresses;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.Oci;

/// <summary>Sends content that is identified by its digest, byte for byte: without gzip.</summary>
internal static class OciResponses
{
    private const string DigestHeader = "Docker-Content-Digest";

    public static void SetDigest(HttpContext context, Sha256Digest digest) =>
        context.Response.Headers[DigestHeader] = OciRequest.Write(digest);

    public static Task WriteManifestAsync(HttpContext context, byte[] body, Sha256Digest digest, string mediaType)
    {
        SetDigest(context, digest);
        var response = context.Response;
        string etag = $"\"{OciRequest.Write(digest)}\"";
        response.Headers.ETag = etag;
        // The permission to read it may change.
        response.Headers.CacheControl = "no-cache";
        if (EntityTags.Match(context.Request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        (response.ContentType, response.ContentLength) = (mediaType, body.Length);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
