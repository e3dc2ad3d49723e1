using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The instance's users, for administrators.</summary>
internal static class UserEndpoints
{
    private const string User = "/users/{name}";

    public static void MapUsers(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/users", ListAsync).WithName("ListUsers").WithTags("Users").WithSummary("All users, by name");
        admin.MapPost("/users", CreateAsync).WithName("CreateUser").WithTags("Users").WithSummary("Creates a user with a local password")
            .ProducesProblem(StatusCodes.Status409Conflict);
        admin.MapGet(User, GetAsync).WithName("GetUser").WithTags("Users").WithSummary("One user");
        admin.MapPatch(User, ChangeAsync).WithName("ChangeUser").WithTags("Users").WithSummary("Makes a user administrator of the instance, or no longer");
        admin.MapDelete(User, DeleteAsync).WithName("DeleteUser").WithTags("Users").WithSummary("Deletes a user with their sessions, tokens and roles");
        admin.MapPost(User + "/password-reset", ResetPasswordAsync).WithName("ResetPassword").WithTags("Users")
            .WithSummary("Gives a temporary password, and ends the user's sessions and a lock")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<UserListDocument>> ListAsync(Users users, CancellationToken cancellationToken) =>
        TypedResults.Ok(new UserListDocument([.. (await users.ListAsync(cancellationToken)).Select(UserDocument.From)]));

    private static async Task<Created<UserPasswordDocument>> CreateAsync(NewUserDocument order, HttpContext context, Users users, CancellationToken cancellationToken)
    {
        var name = ParseName(order.Name);
        var password = ParsePassword(order.Password, name);
        if (await users.CreateAsync(name, password, order.PasswordIsTemporary, order.Admin, context.Caller(), cancellationToken) == UserChange.NameTaken)
        {
            throw new ApiProblemException(StatusCodes.Status409Conflict, "The name is taken", $"There is a user '{name}' already.");
        }

        return TypedResults.Created($"/api/v1/users/{Uri.EscapeDataString(name.Value)}", new UserPasswordDocument(name.Value, order.Password is null ? password.Text : null));
    }

    private static async Task<Ok<UserDocument>> GetAsync(string name, Users users, CancellationToken cancellationToken) =>
        TypedResults.Ok(UserDocument.From(await FindAsync(name, users, cancellationToken)));

    private static async Task<Ok<UserDocument>> ChangeAsync(string name, UserChangeDocument change, HttpContext context, Users users, CancellationToken cancellationToken)
    {
        EnsureDone(await users.SetAdminAsync(ParseName(name), change.Admin, context.Caller(), cancellationToken), name);
        return TypedResults.Ok(UserDocument.From(await FindAsync(name, users, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(string name, HttpContext context, Users users, CancellationToken cancellationToken)
    {
        EnsureDone(await users.DeleteAsync(ParseName(name), context.Caller(), cancellationToken), name);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UserPasswordDocument>> ResetPasswordAsync(string name, PasswordResetDocument? order, HttpContext context, Users users, CancellationToken cancellationToken)
    {
        var user = ParseName(name);
        var password = ParsePassword(order?.Password, user);
        EnsureDone(await users.ResetPasswordAsync(user, password, context.Caller(), cancellationToken), name);
        return TypedResults.Ok(new UserPasswordDocument(user.Value, order?.Password is null ? password.Text : null));
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
                UserChange.NotLocal => new ApiProblemException(StatusCodes.Status409Conflict, "There is no password here", $"'{name}' signs in with an OpenID provider; the password is kept there."),
                UserChange.WrongPassword => new ApiProblemException(
                    StatusCodes.Status403Forbidden, "The current password is wrong", "That is not the current password, or the account is locked for a while after too many wrong ones."),
                _ => ApiProblemException.NotFound($"There is no user '{name}'."),
            };
        }
    }

    private static async Task<UserDetails> FindAsync(string name, Users users, CancellationToken cancellationToken) =>
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
