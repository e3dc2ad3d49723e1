using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The browsers in which the caller is signed in.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/user/sessions").WithTags("Caller").RequireAccess(AccessAction.UseOwnAccount);
        sessions.MapGet("", ListAsync).WithName("ListSessions").WithSummary("List the browsers in which the caller is signed in");
        sessions.MapDelete("/{id:long}", EndAsync).WithName("EndSession").WithSummary("Sign the caller out in a browser immediately");
    }

    private static async Task<Ok<SessionList>> ListAsync(Sessions sessions, CurrentUser user, HttpContext context, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SessionList(await sessions.ListAsync(user.Subject, context.User, cancellationToken)));

    private static async Task<NoContent> EndAsync(long id, UserSessions sessions, CurrentUser user, CancellationToken cancellationToken) =>
        user.Subject.PrincipalId is { } principal && await sessions.EndAsync(principal, id, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"{user.Principal} has no session {id}.");
}
