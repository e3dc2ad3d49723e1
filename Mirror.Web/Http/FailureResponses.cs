using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>The one mapping from a failure to an HTTP status and a problem document.</summary>
internal static class FailureResponses
{
    public static Task WriteAsync(HttpContext context, Failure failure)
    {
        if (failure.Kind is FailureKind.Unreachable or FailureKind.Storage or FailureKind.Busy)
        {
            // Clients obey any value, so it is short.
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
        }

        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        var (status, title) = Describe(failure.Kind);
        return Problems.WriteAsync(context, status, title, Explain(failure));
    }

    /// <summary>The result of an operation of the API.</summary>
    public static ProblemHttpResult Create(Failure failure)
    {
        var (status, title) = Describe(failure.Kind);
        return Problems.Create(status, title, Explain(failure));
    }

    public static (int Status, string Title) Describe(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => (StatusCodes.Status404NotFound, "Not found"),
        FailureKind.PolicyHides => (StatusCodes.Status451UnavailableForLegalReasons, "Blocked by policy"),
        FailureKind.KeyRevoked => (StatusCodes.Status451UnavailableForLegalReasons, "Signing key revoked"),
        FailureKind.Unreachable => (StatusCodes.Status503ServiceUnavailable, "Origin unreachable"),
        FailureKind.TooSlow => (StatusCodes.Status504GatewayTimeout, "Origin timed out"),
        FailureKind.CredentialsRefused => (StatusCodes.Status502BadGateway, "Origin rejected the credentials"),
        FailureKind.InvalidAnswer => (StatusCodes.Status502BadGateway, "Invalid response from the origin"),
        FailureKind.ForbiddenAddress => (StatusCodes.Status502BadGateway, "Forbidden origin address"),
        FailureKind.VerificationFailed => (StatusCodes.Status502BadGateway, "Verification failed"),
        FailureKind.Storage => (StatusCodes.Status503ServiceUnavailable, "Storage failure"),
        FailureKind.Busy => (StatusCodes.Status503ServiceUnavailable, Overload.Title),
        FailureKind.Rejected => (StatusCodes.Status422UnprocessableEntity, "Rejected"),
        FailureKind.Conflict => (StatusCodes.Status409Conflict, "Conflict"),
        FailureKind.TooLarge => (StatusCodes.Status413PayloadTooLarge, "Package too large"),
        FailureKind.NoSpace => (StatusCodes.Status507InsufficientStorage, "Insufficient storage"),
        _ => (StatusCodes.Status500InternalServerError, "Internal server error"),
    };

    private static string Explain(Failure failure) =>
        Advise(failure.Kind) is { } advice ? $"{failure.Message.TrimEnd('.')}. {advice}" : failure.Message;

    /// <summary>Advice on what to do; null if the message already has it.</summary>
    private static string? Advise(FailureKind kind) => kind switch
    {
        FailureKind.PolicyHides => "An owner of the group can change its policy.",
        FailureKind.KeyRevoked => "Its publisher can publish a new version that an active key signs.",
        FailureKind.Unreachable or FailureKind.TooSlow or FailureKind.Busy => "Nothing is cached to serve instead. Try again later.",
        FailureKind.CredentialsRefused =>
            "Ask the operator to set a token for the host, with Mirror:Upstream:Hosts or TF_TOKEN_… in the server's environment.",
        FailureKind.ForbiddenAddress =>
            "If the address is intended, ask the operator to set it as the host's ProvidersUrl or MirrorUrl.",
        FailureKind.VerificationFailed => "Nothing was stored. The server's log has the same details.",
        FailureKind.Storage => "See the server's log for details.",
        _ => null,
    };
}
