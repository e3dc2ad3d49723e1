using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The instance's users, for administrators.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users").RequireAccess(AccessAction.Administer);
        users.MapGet("", ListAsync).WithName("ListUsers").WithSummary("List all users, ordered by name");
        users.MapPost("", CreateAsync).WithName("CreateUser")
            .WithSummary("Create a user with a local password").ProducesProblem(StatusCodes.Status409Conflict);
        users.MapGet("/{name}", GetAsync).WithName("GetUser").WithSummary("Get a user");
        users.MapPatch("/{name}", ChangeAsync).WithName("ChangeUser")
            .WithSummary("Grant or revoke a user's administrator role");
        users.MapDelete("/{name}", DeleteAsync).WithName("DeleteUser").WithSummary("Delete a user with their sessions, tokens and roles");
        users.MapPost("/{name}/password-reset", ResetPasswordAsync).WithName("ResetPassword")
            .WithSummary("Set a temporary password, end the user's sessions and unlock the account; tokens are revoked on request")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<UserList>> ListAsync(Users users, CancellationToken cancellationToken) =>
        TypedResults.Ok(new UserList(await users.ListAsync(cancellationToken)));

    private static async Task<Created<UserPassword>> CreateAsync(
        NewUser order, CurrentUser user, Users users, CancellationToken cancellationToken)
    {
        var name = ParseName(order.Name);
        var password = ParsePassword(order.Password, name);
        if (await users.CreateAsync(name, password, order.PasswordIsTemporary, order.Admin, user.Principal, cancellationToken) == UserChange.NameTaken)
        {
            throw new ApiProblemException(StatusCodes.Status409Conflict, "Name already in use", $"The user '{name}' already exists.");
        }

        return TypedResults.Created(
            $"/api/v1/users/{Uri.EscapeDataString(name.Value)}",
            new UserPassword(name.Value, order.Password is null ? password.Text : null));
    }

    private static async Task<Ok<User>> GetAsync(string name, Users users, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindAsync(name, users, cancellationToken));

    private static async Task<Ok<User>> ChangeAsync(
        string name, UserUpdate change, CurrentUser user, Users users, CancellationToken cancellationToken)
    {
        EnsureDone(await users.SetAdminAsync(ParseName(name), change.Admin, user.Principal, cancellationToken), name);
        return TypedResults.Ok(await FindAsync(name, users, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string name, CurrentUser user, Users users, CancellationToken cancellationToken)
    {
        EnsureDone(await users.DeleteAsync(ParseName(name), user.Principal, cancellationToken), name);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UserPassword>> ResetPasswordAsync(
        string name, PasswordReset? order, CurrentUser user, Users users, CancellationToken cancellationToken)
    {
        var parsed = ParseName(name);
        var password = ParsePassword(order?.Password, parsed);
        EnsureDone(await users.ResetPasswordAsync(
            parsed, password, order?.RevokeTokens == true, user.Principal, cancellationToken), name);
        return TypedResults.Ok(new UserPassword(parsed.Value, order?.Password is null ? password.Text : null));
    }

    internal static NewPassword ParsePassword(string? text, UserName name) =>
        text is null ? NewPassword.Generate()
        : NewPassword.TryCreate(text, name, out var password, out string? fault) ? password
        : throw ApiProblemException.Invalid(fault);

    internal static void EnsureDone(UserChange change, string name)
    {
        if (change != UserChange.Done)
        {
            throw change switch
            {
                UserChange.NotLocal => new ApiProblemException(
                    StatusCodes.Status409Conflict,
                    "No password",
                    $"'{name}' signs in with an OpenID provider, which manages the password."),
                UserChange.WrongPassword => new ApiProblemException(
                    StatusCodes.Status403Forbidden,
                    "Wrong password",
                    "The current password is wrong, or the account is locked after too many attempts. Try again later."),
                _ => ApiProblemException.NotFound($"There is no user '{name}'."),
            };
        }
    }

    private static async Task<User> FindAsync(string name, Users users, CancellationToken cancellationToken) =>
        await users.FindAsync(ParseName(name), cancellationToken) ?? throw ApiProblemException.NotFound($"There is no user '{name}'.");

    private static UserName ParseName(string text)
    {
        try
        {
            return UserName.Parse(text);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }
}
