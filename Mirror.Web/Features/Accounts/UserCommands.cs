using System.CommandLine;
using Mirror.Core.Access;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary>What the commands under <c>mirror user</c> share.</summary>
internal static class UserCommands
{
    public static Command Create() => CommandHelp.Group(
        "user", "Create, list and delete users, and reset their passwords. For administrators.", new CreateUserCommand(), new ListUsersCommand(), new DeleteUserCommand(), new ResetPasswordCommand());

    public static Argument<UserName> Name() => new("name")
    {
        Description = "The user's name, such as alice.",
        CustomParser = result =>
        {
            try
            {
                return UserName.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError(e.Message);
                return null!;
            }
        },
    };

    public static Option<bool> PasswordFromInput() => new("--password-stdin")
    {
        Description = "Read the password from standard input; at a terminal it is asked for. [default: one is made and printed]",
    };

    /// <summary>The first line of standard input; null where none was asked for.</summary>
    /// <exception cref="InvalidDataException">There is nothing.</exception>
    public static async Task<string?> ReadPasswordAsync(bool asked, CancellationToken cancellationToken) => !asked
        ? null
        : await SecretInput.ReadAsync("The password, which is not shown:", cancellationToken) is { Length: > 0 } line ? line : throw new InvalidDataException("There is no password on standard input.");

    /// <summary>Prints a password only where it was made: who has given it knows it.</summary>
    public static void Print(CommandOutput output, UserPasswordDocument document, string done, bool isTemporary) => output.Result(
        document,
        document.Password is null ? done : $"{done} The password, shown this once{(isTemporary ? " and to be changed at the next sign-in" : "")}:\n{document.Password}");
}
