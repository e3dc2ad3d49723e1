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
using Mirror.Web.Contracts;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Http;

/// <summary>The one place that writes problem documents. See https://www.rfc-editor.org/rfc/rfc9457.</summary>
public static partial class Problems
{
    // As results write them: they are read in terminals and logs, and never as HTML.
    private static readonly JsonTypeInfo<ProblemDocument> Document = (JsonTypeInfo<ProblemDocument>)
        new JsonSerializerOptions(ApiJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.GetTypeInfo(typeof(ProblemDocument));

    /// <param name="status">The HTTP status.</param>
    /// <param name="title">What kind of problem, the same each time it occurs.</param>
    /// <param name="detail">What happened this time and what to do about it; no secrets.</param>
    public static ProblemHttpResult Create(int status, string title, string detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Title = title, Detail = detail });

    /// <summary>What stands in an address, as a problem repeats it: enough of it to be recognised.</summary>
    internal static string Shorten(string text) => text.Length > 100 ? text[..100] + "…" : text;

    /// <summary>Writes the document as the whole answer, for handlers that write theirs themselves.</summary>
    public static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new ProblemDocument(status, title, detail), Document);
        var response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, MediaTypeNames.Application.ProblemJson, body.Length);
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    /// <summary>Answers what nothing else has: an unexpected exception, and a request that no endpoint takes.</summary>
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
                // The framework does not say which.
                StatusCodes.Status400BadRequest when page.HttpContext.Request.Path.StartsWithSegments("/api") =>
                    "A parameter in the address has a value that cannot be read; /openapi/v1.json describes what is expected of each.",
                StatusCodes.Status413PayloadTooLarge =>
                    $"The body is too large; expected at most {Quantity.FormatSize(page.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? RequestBounds.BodySize)}.",
                StatusCodes.Status404NotFound => "Nothing is served at this address.",
                StatusCodes.Status405MethodNotAllowed => $"The method {page.HttpContext.Request.Method} is not supported at this address.",
                StatusCodes.Status416RangeNotSatisfiable =>
                    "It has no bytes in the range that was asked for; Content-Range says how many it has.",
                _ => "The request cannot be answered.",
            }));
    }

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        SecurityHeaders.Set(context, context.RequestServices.GetRequiredService<MirrorOptions>());
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (exception is BadHttpRequestException bad)
        {
            return WriteAsync(
                context,
                bad.StatusCode,
                "The request is not valid",
                UnreadableBody.Explain(bad, context.RequestServices.GetRequiredService<SentDocuments>()));
        }

        if (exception is not null && context.RequestServices.GetRequiredService<DatabaseHealth>().Report(exception) is { } failure)
        {
            // Not for each request: what is wrong with the database is logged once, when it begins.
            return FailureAnswers.WriteAsync(context, failure);
        }

        if (exception is LaneFullException)
        {
            return Overload.WriteAsync(context);
        }

        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems));
        LogRequestFailed(log, exception, context.Request.Method, context.Request.Path.ToUriComponent());
        return WriteAsync(
            context, StatusCodes.Status500InternalServerError, "Unexpected failure", "The server failed to answer; its log says why.");
    }

    [LoggerMessage(1101, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private static partial void LogRequestFailed(ILogger logger, Exception? exception, string method, string path);
}
