using Microsoft.Extensions.Primitives;
using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Layout;

/// <summary>The HTTP status of a page while it is prerendered.</summary>
public static class PageStatus
{
    /// <summary>
    /// For a page that renders its own "not found". Set as late as possible: if the status is 404 before the page is written, the framework
    /// replaces the page with a general one.
    /// </summary>
    /// <param name="context">Null in a circuit, which has no status.</param>
    public static void NotFound(HttpContext? context) => Set(context, StatusCodes.Status404NotFound);

    /// <summary>For a page that renders its own "access denied".</summary>
    public static void Forbidden(HttpContext? context) => Set(context, StatusCodes.Status403Forbidden);

    /// <summary>For a page that renders its own failure; 503 if the database or the disk failed, which a retry may overcome.</summary>
    public static void Failed(HttpContext? context, Exception error)
    {
        bool isStorage = StorageFailure.Of(error) is not null;
        Set(
            context,
            isStorage ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
            isStorage ? "1" : default);
    }

    private static void Set(HttpContext? context, int status, StringValues retryAfter = default)
    {
        if (context is { Response.HasStarted: false })
        {
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = retryAfter;
                return Task.CompletedTask;
            });
        }
    }
}
