using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>What is about whoever asks.</summary>
internal static class CallerEndpoints
{
    public static void MapCaller(this IEndpointRouteBuilder known)
    {
        known.MapGet("/user", GetAsync).WithName("GetCaller").WithTags("Caller").WithSummary("Who holds the token, and their roles");
        known.MapPut("/user/password", ChangePasswordAsync).WithName("ChangePassword").WithTags("Caller").WithSummary("Changes the caller's own password, and ends their sessions")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<CallerDocument>> GetAsync(HttpContext context, NamespaceDirectory namespaces, CancellationToken cancellationToken)
    {
        var subject = context.Subject();
        var roles = new List<CallerRoleDocument>();
        foreach (var (id, role) in subject.Roles)
        {
            if (await namespaces.FindAsync(id, cancellationToken) is { } scope)
            {
                roles.Add(new CallerRoleDocument(scope.Path.Value, role));
            }
        }

        return TypedResults.Ok(new CallerDocument(
            subject.Principal.Kind, subject.Principal.Name, subject.IsAdmin, [.. roles.OrderBy(role => role.Path, StringComparer.Ordinal)]));
    }

    private static async Task<NoContent> ChangePasswordAsync(PasswordChangeDocument change, HttpContext context, Passwords passwords, CancellationToken cancellationToken)
    {
        var subject = context.Subject();
        if (subject.Principal.Kind != PrincipalKind.User || !UserName.TryParse(subject.Principal.Name, out var name))
        {
            throw new ApiProblemException(StatusCodes.Status409Conflict, "There is no password here", $"'{subject}' is no user, and has no password.");
        }

        UserEndpoints.EnsureDone(await passwords.ChangeAsync(subject, change.CurrentPassword, UserEndpoints.ParsePassword(change.NewPassword, name), cancellationToken), name.Value);
        return TypedResults.NoContent();
    }
}
