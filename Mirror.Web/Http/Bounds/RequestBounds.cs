using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http.Bounds;

/// <summary>Endpoint metadata: the endpoint reads a form, which is parsed within bounds first.</summary>
internal sealed record ReadsForm
{
    public static ReadsForm Instance { get; } = new();
}

/// <summary>
/// Bounds a request's query, body size and form before any handler runs; larger requests get 400 or 413. Endpoints declare
/// differences from the defaults: parameter lengths (<see cref="DeclaredBounds"/>) and body size
/// (<see cref="IRequestSizeLimitMetadata"/>). <see cref="ArgumentBounds"/> checks the members of a JSON body once it is parsed.
/// </summary>
internal static class RequestBounds
{
    /// <summary>In bytes, unless an endpoint declares another size.</summary>
    public const int BodySize = 64 * 1024;

    private const string Title = "Invalid request";

    public static IServiceCollection AddRequestBounds(this IServiceCollection services) =>
        services.AddSingleton<RequestDocuments>().Configure<FormOptions>(form =>
    {
        form.ValueCountLimit = 32;
        form.KeyLengthLimit = 128;
        form.ValueLengthLimit = 4096;
        form.MultipartBodyLengthLimit = BodySize;
        form.MultipartBoundaryLengthLimit = 128;
        form.MultipartHeadersLengthLimit = 1024;
    });

    /// <summary>Call after routing: the bounds depend on the endpoint.</summary>
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
                "Content-Type: the charset is not supported; expected utf-8.");
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
        "Request too large",
        $"The body is too large; expected at most {Quantity.FormatSize(limit)}.");

    private static bool IsUtf8(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.Charset.HasValue
            || type.Charset.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
