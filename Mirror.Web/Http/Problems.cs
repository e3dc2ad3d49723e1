using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Web.Contracts;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Http;

/// <summary>The one place that writes problem documents. See https://www.rfc-editor.org/rfc/rfc9457.</summary>
public static partial class Problems
{
    // The framework's results use the same encoder; the documents are read in terminals and logs, never as HTML.
    private static readonly JsonTypeInfo<ProblemDocument> Document = (JsonTypeInfo<ProblemDocument>)
        new JsonSerializerOptions(ApiJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.GetTypeInfo(typeof(ProblemDocument));

    /// <param name="status">The HTTP status.</param>
    /// <param name="title">The kind of problem, the same for each occurrence.</param>
    /// <param name="detail">What happened and what to do; no secrets.</param>
    public static ProblemHttpResult Create(int status, string title, string detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Title = title, Detail = detail });

    /// <summary>Shortens a text from a URL for a problem document.</summary>
    internal static string Shorten(string text) => text.Length > 100 ? text[..100] + "…" : text;

    /// <summary>Writes the whole response, for handlers that do not return results.</summary>
    public static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        if (OciErrors.AppliesTo(context.Request))
        {
            return OciErrors.WriteAsync(context, status, title, detail);
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new ProblemDocument(status, title, detail), Document);
        var response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, MediaTypeNames.Application.ProblemJson, body.Length);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    /// <summary>Handles unexpected exceptions and requests that match no endpoint.</summary>
    internal static void UseProblemDocuments(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = _ => true,
            ExceptionHandler = AnswerExceptionAsync,
        });
        app.UseStatusCodePages(page => WriteAsync(
            page.HttpContext,
            page.HttpContext.Response.StatusCode,
            Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(page.HttpContext.Response.StatusCode),
            page.HttpContext.Response.StatusCode switch
            {
                // The framework does not say which parameter.
                StatusCodes.Status400BadRequest when page.HttpContext.Request.Path.StartsWithSegments("/api") =>
                    "A query parameter has an invalid value; /openapi/v1.json describes the expected values.",
                StatusCodes.Status413PayloadTooLarge =>
                    $"The body is too large; expected at most {Quantity.FormatSize(page.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? RequestBounds.BodySize)}.",
                StatusCodes.Status404NotFound => "Nothing is served at this URL.",
                StatusCodes.Status405MethodNotAllowed => $"The method {page.HttpContext.Request.Method} is not supported at this URL.",
                StatusCodes.Status416RangeNotSatisfiable =>
                    "The requested range is beyond the end; Content-Range gives the length.",
                _ => "The server cannot handle the request.",
            }));
    }

    private static async Task AnswerExceptionAsync(HttpContext context)
    {
        try
        {
            await ExplainExceptionAsync(context);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected, often in the middle of an upload, which caused the exception.
        }
    }

    private static Task ExplainExceptionAsync(HttpContext context)
    {
        SecurityHeaders.Set(context, context.RequestServices.GetRequiredService<MirrorOptions>());
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (exception is BadHttpRequestException bad)
        {
            return WriteAsync(
                context,
                bad.StatusCode,
                "Invalid request",
                UnreadableBody.Explain(bad, context.RequestServices.GetRequiredService<RequestDocuments>()));
        }

        if (exception is not null)
        {
            context.RequestServices.GetRequiredService<PackageStoreHealth>().Report(exception);
        }

        if (exception is not null && context.RequestServices.GetRequiredService<DatabaseHealth>().Report(exception) is { } failure)
        {
            // Failures of the database and the package store are not logged for each request.
            return FailureResponses.WriteAsync(context, failure);
        }

        if (exception is LaneFullException)
        {
            return Overload.WriteAsync(context);
        }

        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems));
        LogRequestFailed(log, exception, context.Request.Method, context.Request.Path.ToUriComponent());
        return WriteAsync(
            context,
            StatusCodes.Status500InternalServerError,
            "Internal server error",
            "The request failed unexpectedly. See the server's log.");
    }

    [LoggerMessage(1101, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private static partial void LogRequestFailed(ILogger logger, Exception? exception, string method, string path);
}
