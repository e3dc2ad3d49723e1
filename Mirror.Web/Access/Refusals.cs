using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;

namespace Mirror.Web.Access;

/// <summary>What somebody who may not is told: the same for every protocol, the API and the pages.</summary>
internal readonly record struct Refusal(int Status, string Title, string Detail);

internal static class Refusals
{
    private const string Challenge = "Bearer realm=\"mirror\"";

    /// <summary>Also sets the headers that belong to the answer.</summary>
    /// <param name="what">The namespace, or what else was asked for.</param>
    public static Refusal Prepare(HttpContext context, AccessDecision decision, AccessSubject subject, string what)
    {
        context.Response.Headers.CacheControl = "no-store";
        switch (decision)
        {
            case AccessDecision.Deny:
                return new Refusal(StatusCodes.Status403Forbidden, "Not permitted", $"{subject} may not do this at '{what}'; an owner can give a higher role.");
            case AccessDecision.Hide:
                return Unknown(what);
            default:
                bool presented = AccessControl.PresentedToken(context.Request) is not null;
                context.Response.Headers[HeaderNames.WWWAuthenticate] = presented ? Challenge + ", error=\"invalid_token\"" : Challenge;
                return new Refusal(
                    StatusCodes.Status401Unauthorized,
                    presented ? "The token is not valid" : "A token is needed",
                    "Send the header 'Authorization: Bearer <token>'; for Terraform, configure a token for this host in its credentials. The administrator's token was printed at the first start of the server.");
        }
    }

    public static Refusal Unknown(string what) => new(StatusCodes.Status404NotFound, "Not found", $"There is no group or workspace '{what}'.");
}
