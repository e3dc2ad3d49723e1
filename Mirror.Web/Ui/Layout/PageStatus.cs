using Microsoft.Extensions.Primitives;
using Mirror.Core.Addresses;

namespace Mirror.Web.Ui.Layout;

/// <summary>The HTTP status of a page while it is prerendered.</summary>
public static class PageStatus
{
    /// <summary>
    /// The page says itself that what was asked for is not there. Set at the last moment: a page whose status is 404 before
    /// it is written is thrown away by the framework in favour of a general one.
    /// </summary>
    /// <param name="context">Null in a circuit, where there is no status to set.</param>
    public static void NotFound(HttpContext? context) => Set(context, StatusCodes.Status404NotFound);

    /// <summary>The page says itself that the visitor may not see it; likewise.</summary>
    public static void Forbidden(HttpContext? context) => Set(context, StatusCodes.Status403Forbidden);

    /// <summary>The page says itself that it failed; where the server's database or disk did, that trying again may help.</summary>
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
