using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http.Bounds;

/// <summary>Endpoint metadata: a form is read. It is read within bounds before the endpoint sees the request.</summary>
internal sealed record ReadsForm
{
    public static ReadsForm Instance { get; } = new();
}

/// <summary>
/// Bounds what a request brings before anything works on it: its query, the size of its body, its form. What is larger is
/// answered 400 or 413. An endpoint declares what differs from the defaults: the lengths of its parameters
/// (<see cref="DeclaredBounds"/>), and the size of its body with <see cref="IRequestSizeLimitMetadata"/>. The members of a
/// JSON body are checked once it is read (<see cref="ArgumentBounds"/>).
/// </summary>
internal static class RequestBounds
{
    /// <summary>In bytes, where an endpoint declares nothing else.</summary>
    public const int BodySize = 64 * 1024;

    private const string Title = "The request is not valid";

    public static IServiceCollection AddRequestBounds(this IServiceCollection services) =>
        services.AddSingleton<SentDocuments>().Configure<FormOptions>(form =>
    {
        form.ValueCountLimit = 32;
        form.KeyLengthLimit = 128;
        form.ValueLengthLimit = 4096;
        form.MultipartBodyLengthLimit = BodySize;
        form.MultipartBoundaryLengthLimit = 128;
        form.MultipartHeadersLengthLimit = 1024;
    });

    /// <summary>After routing: which endpoint answers says what is expected.</summary>
    public static void UseRequestBounds(this WebApplication app) => app.Use(next => context =>
    {
        var endpoint = context.GetEndpoint();
        if (context.Request.QueryString.HasValue && QueryBounds.Of(endpoint).FindFault(context.Request.QueryString) is { } fault)
        {
            return Problems.WriteAsync(context, StatusCodes.Status400BadRequest, Title, fault);
        }

        return context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? ReadAsync(context, endpoint, next)
            : next(context);
    });

    private static async Task ReadAsync(HttpContext context, Endpoint? endpoint, RequestDelegate next)
    {
        var declared = endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>();
        long? limit = declared is null ? BodySize : declared.MaxRequestBodySize;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        if (context.Request.ContentLength > limit)
        {
            await WriteTooLargeAsync(context, limit.Value);
            return;
        }

        bool isForm = context.Request.HasFormContentType;
        if ((isForm || context.Request.HasJsonContentType()) && !IsUtf8(context.Request))
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                "Unsupported media type",
                "Content-Type: its charset is not supported; expected utf-8.");
            return;
        }

        if (isForm && endpoint?.Metadata.GetMetadata<ReadsForm>() is not null)
        {
            try
            {
                await context.Request.ReadFormAsync(context.RequestAborted);
            }
            catch (InvalidDataException e)
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, Title, $"The form cannot be read: {e.Message}");
                return;
            }
        }

        await next(context);
    }

    public static Task WriteTooLargeAsync(HttpContext context, long limit) => Problems.WriteAsync(
        context,
        StatusCodes.Status413PayloadTooLarge,
        "The request is too large",
        $"The body is too large; expected at most {Quantity.FormatSize(limit)}.");

    private static bool IsUtf8(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.Charset.HasValue
            || type.Charset.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
