using Microsoft.Net.Http.Headers;
using Mirror.Core.Outcomes;
using Mirror.Web.Api;

namespace Mirror.Web.Protocols;

/// <summary>The one map from why something cannot be served to what the client is told (DESIGN §5).</summary>
internal static class FailureAnswers
{
    public static Task WriteAsync(HttpContext context, Failure failure)
    {
        if (failure.Kind == FailureKind.Unreachable)
        {
            // Clients obey it without a limit of their own, so it is short.
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
        }

        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        var (status, title) = Describe(failure.Kind);
        return Problems.WriteAsync(context, status, title, failure.Message);
    }

    public static (int Status, string Title) Describe(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => (StatusCodes.Status404NotFound, "Not found"),
        FailureKind.Unreachable => (StatusCodes.Status503ServiceUnavailable, "The origin cannot be reached"),
        FailureKind.TooSlow => (StatusCodes.Status504GatewayTimeout, "The origin is too slow"),
        FailureKind.CredentialsRefused => (StatusCodes.Status502BadGateway, "The origin refuses this server's credentials"),
        FailureKind.InvalidAnswer => (StatusCodes.Status502BadGateway, "The origin's answer cannot be used"),
        FailureKind.ForbiddenAddress => (StatusCodes.Status502BadGateway, "The origin points to a forbidden address"),
        FailureKind.VerificationFailed => (StatusCodes.Status502BadGateway, "Verification failed"),
        FailureKind.Storage => (StatusCodes.Status500InternalServerError, "This server's storage failed"),
        _ => (StatusCodes.Status500InternalServerError, "Unexpected failure"),
    };
}
