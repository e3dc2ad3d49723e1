using Microsoft.Net.Http.Headers;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>The one map from why something cannot be served to what the client is told (DESIGN §5).</summary>
internal static class FailureAnswers
{
    public static Task WriteAsync(HttpContext context, Failure failure)
    {
        if (failure.Kind is FailureKind.Unreachable or FailureKind.Storage or FailureKind.Busy)
        {
            // Clients obey it without a limit of their own, so it is short.
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
        }

        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        var (status, title) = Describe(failure.Kind);
        return Problems.WriteAsync(
            context, status, title, Advise(failure.Kind) is { } advice ? $"{failure.Message.TrimEnd('.')}. {advice}" : failure.Message);
    }

    public static (int Status, string Title) Describe(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => (StatusCodes.Status404NotFound, "Not found"),
        FailureKind.PolicyHides => (StatusCodes.Status451UnavailableForLegalReasons, "Policy hides it"),
        FailureKind.Unreachable => (StatusCodes.Status503ServiceUnavailable, "The origin cannot be reached"),
        FailureKind.TooSlow => (StatusCodes.Status504GatewayTimeout, "The origin is too slow"),
        FailureKind.CredentialsRefused => (StatusCodes.Status502BadGateway, "The origin refuses this server's credentials"),
        FailureKind.InvalidAnswer => (StatusCodes.Status502BadGateway, "The origin's answer cannot be used"),
        FailureKind.ForbiddenAddress => (StatusCodes.Status502BadGateway, "The origin points to a forbidden address"),
        FailureKind.VerificationFailed => (StatusCodes.Status502BadGateway, "Verification failed"),
        FailureKind.Storage => (StatusCodes.Status503ServiceUnavailable, "This server's storage failed"),
        FailureKind.Busy => (StatusCodes.Status503ServiceUnavailable, Overload.Title),
        _ => (StatusCodes.Status500InternalServerError, "Unexpected failure"),
    };

    /// <summary>What to do; null where the message says it.</summary>
    private static string? Advise(FailureKind kind) => kind switch
    {
        FailureKind.PolicyHides => "The owners of the group can change its policy.",
        FailureKind.Unreachable or FailureKind.TooSlow or FailureKind.Busy => "Nothing that is cached can stand in; try again in a moment.",
        FailureKind.CredentialsRefused =>
            "The operator of this mirror can set a token for the host: Mirror:Upstream:Hosts, or TF_TOKEN_… in the server's environment.",
        FailureKind.ForbiddenAddress =>
            "If that address is intended, the operator of this mirror can name it as the host's ProvidersUrl or MirrorUrl.",
        FailureKind.VerificationFailed => "Nothing of it is kept; the operator of this mirror sees the same in the log.",
        FailureKind.Storage => "The operator of this mirror sees more in the log.",
        _ => null,
    };
}
