using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror user</c></summary>
internal static class UserCommands
{
    public static Command Create() => ServerCommand.Group(
        "user",
        "Create, list and delete users, and reset their passwords. Only administrators may do this.",
        CreateOne(),
        List(),
        Delete(),
        ResetPassword());

    private static ServerCommand CreateOne()
    {
        var (name, fromInput) = (Name(), PasswordFromInput());
        var admin = new Option<bool>("--admin") { Description = "Make the user an administrator of the instance." };
        var keep = new Option<bool>("--keep-password") { Description = "Do not require a new password at the first sign-in." };
        return new ServerCommand(
            "create",
            "Create a user with a password. The user must change it at the first sign-in.",
            "mirror user create alice",
            "mirror user create alice --admin --password-stdin --keep-password < password.txt") { name, admin, fromInput, keep }
            .Runs(async (client, call) =>
            {
                string? password = await ReadPasswordAsync(call.Get(fromInput), call.Stop);
                bool isTemporary = !call.Get(keep);
                var user = new NewUser(call.Get(name).Value, password, call.Get(admin), isTemporary);
                return Print(call, await client.CreateUserAsync(user, call.Stop), $"Created the user {call.Get(name)}.", isTemporary);
            });
    }

    private static ServerCommand List() => new ServerCommand("list", "List the users.", "mirror user list").Runs(async (client, call) =>
    {
        var list = await client.ListUsersAsync(call.Stop);
        return call.PrintTable(
            list,
            list.Items,
            "No users.",
            new("NAME", user => user.Name),
            new("ADMIN", user => user.Admin ? "yes" : "no"),
            new("SIGNS IN WITH", user => user.Local ? "password" : user.Issuer ?? "-"),
            new("LAST SIGNED IN", user => user.LastSignedInAt is { } at ? CommandText.Time(at) : "never"),
            new("STATE", user => user.LockedUntil is { } until
                ? $"locked until {CommandText.Time(until)}"
                : user.PasswordIsTemporary ? "temporary password" : "-"));
    });

    private static ServerCommand Delete()
    {
        var name = Name();
        return new ServerCommand(
            "delete", "Delete a user with their sessions, access tokens and roles.", "mirror user delete alice --yes") { name }
            .Confirms(call => $"Delete the user {call.Get(name)} with their sessions, access tokens and roles?")
            .Runs(async (client, call) =>
            {
                await client.DeleteUserAsync(call.Get(name), call.Stop);
                return call.Print(new JsonObject { ["name"] = call.Get(name).Value }, $"Deleted the user {call.Get(name)}.");
            });
    }

    private static ServerCommand ResetPassword()
    {
        var (name, fromInput) = (Name(), PasswordFromInput());
        var revokeTokens = new Option<bool>("--revoke-tokens") { Description = "Also revoke the user's access tokens, which otherwise remain valid." };
        return new ServerCommand(
            "reset-password",
            "Give a user a temporary password. The user must change it at the next sign-in. This ends all sessions of the user, and "
            + "unlocks the account after wrong passwords.",
            "mirror user reset-password alice",
            "mirror user reset-password alice --revoke-tokens") { name, fromInput, revokeTokens }.Runs(async (client, call) =>
        {
            string? password = await ReadPasswordAsync(call.Get(fromInput), call.Stop);
            var reset = await client.ResetPasswordAsync(call.Get(name), password, call.Get(revokeTokens), call.Stop);
            return Print(call, reset, $"The user {call.Get(name)} has a new password.", isTemporary: true);
        });
    }

    private static Argument<UserName> Name() => new("name")
    {
        Description = "The user's name, such as alice.",
        CustomParser = CommandOptions.ParseWith(UserName.Parse),
    };

    private static Option<bool> PasswordFromInput() => new("--password-stdin")
    {
        Description = "Read the password from standard input; a terminal prompts for it. [default: one is generated and printed]",
    };

    /// <summary>The first line of standard input; null if no password is read.</summary>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    private static async Task<string?> ReadPasswordAsync(bool fromInput, CancellationToken cancellationToken) => !fromInput
        ? null
        : await SecretInput.ReadAsync("Password (input is hidden):", cancellationToken) is { Length: > 0 } line
            ? line
            : throw new InvalidDataException("Standard input contains no password.");

    /// <summary>Prints a password only if the server generated it.</summary>
    private static int Print(CommandCall call, UserPassword document, string done, bool isTemporary) => call.Print(
        document,
        document.Password is null
            ? done
            : $"{done} Password (shown only once{(isTemporary ? "; must be changed at the next sign-in" : "")}):\n{document.Password}");
}
