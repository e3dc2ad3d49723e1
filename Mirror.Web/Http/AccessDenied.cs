using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Audit;

namespace Mirror.Web.Http;

/// <summary>The answer to a request that may not be served: the same for every protocol, the API and the pages.</summary>
/// <param name="Status">401, 403, 404, 429, or 400 where the address names no namespace.</param>
internal readonly record struct AccessDenied(int Status, string Title, string Detail)
{
    private const string Challenge = "Bearer realm=\"mirror\"";

    /// <summary>Also sets the headers that belong to the answer, counts a wrong token, and records the request in the audit log.</summary>
    /// <param name="access">What was decided.</param>
    /// <param name="action">The action that was denied.</param>
    /// <param name="target">The namespace as the request names it, or what else it is about.</param>
    public static AccessDenied Prepare(HttpContext context, in NamespaceAccess access, AccessAction action, string target)
    {
        context.Response.Headers.CacheControl = "no-store";
        bool hasToken = AccessControl.PresentedToken(context.Request) is not null;
        // Without credentials it was no attempt: clients ask like that to learn that they need some.
        if (access.Decision != AccessDecision.SignIn || hasToken)
        {
            Record(context, new DeniedRequest(access.Subject.Principal, action.ToString(), access.Scope, target, Reason(access.Decision)));
        }

        return access.Decision switch
        {
            AccessDecision.Deny => new AccessDenied(StatusCodes.Status403Forbidden, "Not permitted", action switch
            {
                AccessAction.Administer => $"{access.Subject} may not do this; administrators of this instance may.",
                AccessAction.UseOwnAccount => $"{access.Subject} is not a user, and has no account with tokens of its own.",
                _ => $"{access.Subject} may not do this at '{target}'; an owner can give a higher role.",
            }),
            AccessDecision.Hide =>
                new AccessDenied(StatusCodes.Status404NotFound, "Not found", $"There is no group or workspace '{target}'."),
            _ => SignIn(context, hasToken),
        };
    }

    /// <summary>Records a signed link that was altered or has expired.</summary>
    public static void RecordLink(HttpContext context, in NamespaceAccess access, string target) =>
        Record(context, new DeniedRequest(access.Subject.Principal, "Link", access.Scope, target, "the link was altered or has expired"));

    /// <summary>Why, for the audit log.</summary>
    public static string Reason(AccessDecision decision) => decision switch
    {
        AccessDecision.Deny => "a higher role is needed",
        AccessDecision.Hide => "no role there, or nothing there",
        _ => "credentials that are not valid",
    };

    public ProblemHttpResult ToResult() => Problems.Create(Status, Title, Detail);

    public Task WriteAsync(HttpContext context) => Problems.WriteAsync(context, Status, Title, Detail);

    private static AccessDenied SignIn(HttpContext context, bool hasToken)
    {
        if (hasToken && !context.RequestServices.GetRequiredService<RateLimits>().TryFail(context))
        {
            return RateLimitAnswers.Prepare(context);
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = hasToken ? Challenge + ", error=\"invalid_token\"" : Challenge;
        return new AccessDenied(
            StatusCodes.Status401Unauthorized,
            hasToken ? "The token is not valid" : "A token is needed",
            "Send the header 'Authorization: Bearer <token>'; for Terraform, configure a token for this host in its credentials. The administrator's token was printed at the first start of the server.");
    }

    // The path as it came: decoded it may hold what moves a terminal's cursor.
    private static void Record(HttpContext context, DeniedRequest denied) =>
        context.RequestServices.GetRequiredService<DeniedRequestLog>()
            .Record(denied with { Request = $"{context.Request.Method} {context.Request.Path.ToUriComponent()}" });
}
