using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;

namespace Mirror.Web.Http;

/// <summary>What somebody who may not is told: the same for every protocol, the API and the pages.</summary>
internal readonly record struct Refusal(int Status, string Title, string Detail);

internal static class Refusals
{
    private const string Challenge = "Bearer realm=\"mirror\"";

    /// <summary>Also sets the headers that belong to the answer, and keeps the refusal.</summary>
    /// <param name="action">What was refused.</param>
    /// <param name="scope">Null where there is no such namespace.</param>
    /// <param name="what">The namespace, or what else was asked for.</param>
    public static Refusal Prepare(HttpContext context, AccessDecision decision, AccessSubject subject, AccessAction action, MirrorScope? scope, string what)
    {
        context.Response.Headers.CacheControl = "no-store";
        Record(context, decision, subject, action.ToString(), scope, what);
        switch (decision)
        {
            case AccessDecision.Deny:
                return new Refusal(StatusCodes.Status403Forbidden, "Not permitted", action switch
                {
                    AccessAction.Administer => $"{subject} may not do this; administrators of this instance may.",
                    AccessAction.UseOwnAccount => $"{subject} is not a user, and has no account with tokens of its own.",
                    _ => $"{subject} may not do this at '{what}'; an owner can give a higher role.",
                });
            case AccessDecision.Hide:
                return Unknown(what);
            default:
                bool presented = AccessControl.PresentedToken(context.Request) is not null;
                if (presented && !context.RequestServices.GetRequiredService<RateLimits>().TryFail(context))
                {
                    return RateLimitAnswers.Prepare(context);
                }

                context.Response.Headers[HeaderNames.WWWAuthenticate] = presented ? Challenge + ", error=\"invalid_token\"" : Challenge;
                return new Refusal(
                    StatusCodes.Status401Unauthorized,
                    presented ? "The token is not valid" : "A token is needed",
                    "Send the header 'Authorization: Bearer <token>'; for Terraform, configure a token for this host in its credentials. The administrator's token was printed at the first start of the server.");
        }
    }

    /// <summary>A link that is altered or has expired.</summary>
    public static void RecordLink(HttpContext context, AccessSubject subject, MirrorScope? scope, string what) =>
        Keep(context, new AccessRefusal(subject.Principal, "Link", scope, what, "the link was altered or has expired"));

    private static void Record(HttpContext context, AccessDecision decision, AccessSubject subject, string wanted, MirrorScope? scope, string what)
    {
        // Without credentials it was no attempt: clients ask like that to learn that they need some.
        if (decision != AccessDecision.SignIn || AccessControl.PresentedToken(context.Request) is not null)
        {
            Keep(context, new AccessRefusal(subject.Principal, wanted, scope, what, Reason(decision)));
        }
    }

    public static string Reason(AccessDecision decision) => decision switch
    {
        AccessDecision.Deny => "a higher role is needed",
        AccessDecision.Hide => "no role there, or nothing there",
        _ => "credentials that are not valid",
    };

    // The path as it came: decoded it may hold what moves a terminal's cursor.
    private static void Keep(HttpContext context, AccessRefusal refusal) =>
        context.RequestServices.GetRequiredService<RefusalLog>().Record(refusal with { Request = $"{context.Request.Method} {context.Request.Path.ToUriComponent()}" });

    public static Refusal Unknown(string what) => new(StatusCodes.Status404NotFound, "Not found", $"There is no group or workspace '{what}'.");
}
