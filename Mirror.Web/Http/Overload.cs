using Microsoft.Net.Http.Headers;
using Mirror.Core;

namespace Mirror.Web.Http;

/// <summary>The response while a lane of this server is full (<see cref="WorkLane"/>).</summary>
internal static class Overload
{
    public const string Title = "Server busy";

    /// <summary>For the pages that check passwords.</summary>
    public const string SignIns = "Too many people are signing in. Try again in a few seconds.";

    // Terraform waits as long as the header says, without a limit.
    private const string RetryAfterSeconds = "1";

    /// <summary>Sets status and headers.</summary>
    public static void Prepare(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
    }

    public static Task WriteAsync(HttpContext context)
    {
        Prepare(context);
        return Problems.WriteAsync(context, context.Response.StatusCode, Title, LaneFullException.Explanation);
    }
}
