using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The account of the caller.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder api)
    {
        var account = api.MapGroup("/user").WithTags("Caller").RequireAuthentication();
        account.MapGet("", GetAsync).WithName("GetCaller").WithSummary("Get the caller and their roles");
        account.MapPut("/password", ChangePasswordAsync).WithName("ChangePassword")
            .WithSummary("Change the caller's password and end their sessions").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Account>> GetAsync(CurrentUser user, Subjects subjects, CancellationToken cancellationToken) =>
        TypedResults.Ok(await subjects.DescribeAsync(user.Subject, cancellationToken));

    private static async Task<NoContent> ChangePasswordAsync(
        PasswordChange change, CurrentUser user, Passwords passwords, CancellationToken cancellationToken)
    {
        var subject = user.Subject;
        if (subject.Principal.Kind != PrincipalKind.User || !UserName.TryParse(subject.Principal.Name, out var name))
        {
            throw new ApiProblemException(
                StatusCodes.Status409Conflict, "No password", $"'{subject}' is not a user and has no password.");
        }

        UserEndpoints.EnsureDone(
            await passwords.ChangeAsync(
                subject, change.CurrentPassword, UserEndpoints.ParsePassword(change.NewPassword, name), cancellationToken),
            name.Value);
        return TypedResults.NoContent();
    }
}
