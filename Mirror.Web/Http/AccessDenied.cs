using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Audit;

namespace Mirror.Web.Http;

/// <summary>The response to a denied request, the same for the protocols, the API and the pages.</summary>
/// <param name="Status">401, 403, 404, 429, or 400 if the URL contains no valid namespace path.</param>
internal readonly record struct AccessDenied(int Status, string Title, string Detail)
{
    private const string Challenge = "Bearer realm=\"mirror\"";

    /// <summary>Builds the response, sets its headers, counts an invalid token and records the request in the audit log.</summary>
    /// <param name="access">The decision.</param>
    /// <param name="action">The action that was denied.</param>
    /// <param name="target">The namespace or other object, as the request names it.</param>
    public static AccessDenied Prepare(HttpContext context, in NamespaceAccess access, AccessAction action, string target)
    {
        context.Response.Headers.CacheControl = "no-store";
        bool hasToken = AccessControl.PresentedToken(context.Request) is not null;
        // A request without credentials is not an attempt: clients send one to find out whether they need a token.
        if (access.Decision != AccessDecision.SignIn || hasToken)
        {
            Record(context, new DeniedRequest(access.Subject.Principal, action.ToString(), access.Scope, target, Reason(access.Decision)));
        }

        return access.Decision switch
        {
            AccessDecision.Deny => new AccessDenied(StatusCodes.Status403Forbidden, "Forbidden", action switch
            {
                AccessAction.Administer => $"{access.Subject} is not an administrator of this instance. "
                    + (context.GetEndpoint()?.Metadata.GetMetadata<ForAdministrators>()?.Reason ?? "Ask an administrator."),
                AccessAction.UseOwnAccount => $"{access.Subject} is not a user. Only users have personal tokens. For the tokens of service "
                    + "accounts, name their group or workspace (command line: --group-path).",
                _ => $"The role of {access.Subject} in '{target}' does not allow this. Ask an owner for a higher role.",
            }),
            AccessDecision.Hide =>
                new AccessDenied(StatusCodes.Status404NotFound, "Not found", $"There is no group or workspace '{target}'."),
            _ => SignIn(context, hasToken),
        };
    }

    /// <summary>Records the use of an altered or expired signed link.</summary>
    public static void RecordLink(HttpContext context, in NamespaceAccess access, string target) =>
        Record(context, new DeniedRequest(access.Subject.Principal, "Link", access.Scope, target, "the link was altered or has expired"));

    /// <summary>The reason, for the audit log.</summary>
    public static string Reason(AccessDecision decision) => decision switch
    {
        AccessDecision.Deny => "the role is not sufficient",
        AccessDecision.Hide => "no role in the group, or the group does not exist",
        _ => "invalid credentials",
    };

    public ProblemHttpResult ToResult() => Problems.Create(Status, Title, Detail);

    public Task WriteAsync(HttpContext context) => Problems.WriteAsync(context, Status, Title, Detail);

    private static AccessDenied SignIn(HttpContext context, bool hasToken)
    {
        if (hasToken && !context.RequestServices.GetRequiredService<RateLimits>().TryCountFailure(context))
        {
            return RateLimitResponses.Prepare(context);
        }

        string challenge = OciErrors.AppliesTo(context.Request) ? OciErrors.Challenge(context) : Challenge;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = hasToken ? challenge + ", error=\"invalid_token\"" : challenge;
        return new AccessDenied(
            StatusCodes.Status401Unauthorized,
            hasToken ? "Invalid token" : "Authentication required",
            "Send the header 'Authorization: Bearer <token>'. For Terraform, configure a token for this host with 'terraform login' or a "
            + "credentials block. The server printed the administrator's token at its first start.");
    }

    // The encoded path: decoded, it could contain terminal control characters.
    private static void Record(HttpContext context, DeniedRequest denied) =>
        context.RequestServices.GetRequiredService<DeniedRequestLog>()
            .Record(denied with { Request = $"{context.Request.Method} {context.Request.Path.ToUriComponent()}" });
}
