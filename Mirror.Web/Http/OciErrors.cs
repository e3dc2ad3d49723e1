using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>
/// The authentication and the errors of the OCI Distribution protocol, which differ from those of all other URLs.
/// See https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes and
/// https://distribution.github.io/distribution/spec/auth/token/.
/// </summary>
internal static class OciErrors
{
    public const string TokenPath = "/v2/token";

    /// <summary>The token that the token endpoint gives to anonymous clients, which require one.</summary>
    public const string AnonymousToken = "anonymous";

    private const string Root = "/v2";
    private const string Basic = "Basic ";

    // The same encoder as for problem documents: read in terminals and logs, never as HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool AppliesTo(HttpRequest request) => request.Path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>The token in an Authorization header with the scheme Basic, whose user name can be any; null if there is none.</summary>
    public static string? TokenOf(string? header)
    {
        if (header is null || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), decoded, out int length))
        {
            return null;
        }

        string pair = Encoding.UTF8.GetString(decoded, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == pair.Length - 1 ? null : pair[(colon + 1)..];
    }

    /// <summary>
    /// The WWW-Authenticate header, with the token endpoint. OCI clients request it at the root of the host, even if this instance is below
    /// a path.
    /// </summary>
    public static string Challenge(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<MirrorOptions>();
        var url = context.Request.ClientUrl(options);
        string challenge = $"Bearer realm=\"{url.GetLeftPart(UriPartial.Authority)}{TokenPath}\",service=\"{url.Authority}\"";
        return RepositoryOf(context.Request.Path.ToUriComponent()) is { } name ? $"{challenge},scope=\"repository:{name}:pull\"" : challenge;
    }

    public static Task WriteAsync(HttpContext context, int status, string title, string detail) =>
        SendAsync(context, status, CodeOf(context.Request.Path.Value!, status), $"{title}: {detail}");

    public static Task WriteErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return SendAsync(context, status, code, message);
    }

    private static Task SendAsync(HttpContext context, int status, string code, string message)
    {
        byte[] body = Write(code, message);
        var response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, "application/json", body.Length);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    private static byte[] Write(string code, string message)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("errors");
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static string CodeOf(string path, int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHORIZED",
        StatusCodes.Status403Forbidden or StatusCodes.Status451UnavailableForLegalReasons => "DENIED",
        StatusCodes.Status404NotFound when path.Contains("/manifests/", StringComparison.Ordinal) => "MANIFEST_UNKNOWN",
        StatusCodes.Status404NotFound when path.Contains("/blobs/", StringComparison.Ordinal) => "BLOB_UNKNOWN",
        // Clients continue with their next source.
        StatusCodes.Status404NotFound => "NAME_UNKNOWN",
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status400BadRequest => "UNSUPPORTED",
        StatusCodes.Status429TooManyRequests => "TOOMANYREQUESTS",
        StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => "UNAVAILABLE",
        _ => "UNKNOWN",
    };

    private static string? RepositoryOf(string path)
    {
        int end = path.LastIndexOf("/tags/list", StringComparison.Ordinal);
        end = end > 0 ? end : Math.Max(
            path.LastIndexOf("/manifests/", StringComparison.Ordinal), path.LastIndexOf("/blobs/", StringComparison.Ordinal));
        return end > Root.Length ? path[(Root.Length + 1)..end] : null;
    }
}
