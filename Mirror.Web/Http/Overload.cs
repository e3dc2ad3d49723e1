using Microsoft.Net.Http.Headers;
using Mirror.Core;

namespace Mirror.Web.Http;

/// <summary>What clients are told while a lane of this server is full (<see cref="WorkLane"/>).</summary>
internal static class Overload
{
    public const string Title = "This server is busy";

    /// <summary>For the pages where passwords are checked.</summary>
    public const string SignIns = "Too many sign-ins are being checked at the moment. Try again in a few seconds.";

    // Terraform waits as long as it is told, whatever that is.
    private const string Soon = "1";

    /// <summary>Sets status and headers.</summary>
    public static void Prepare(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[HeaderNames.RetryAfter] = Soon;
    }

    public static Task WriteAsync(HttpContext context)
    {
        Prepare(context);
        return Problems.WriteAsync(context, context.Response.StatusCode, Title, LaneFullException.Explanation);
    }
}
