using System.CommandLine;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror user list</c></summary>
internal sealed class ListUsersCommand : ClientCommand
{
    public ListUsersCommand()
        : base("list", "List the users.", "mirror user list") => AddCommonOptions();

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var users = await client.ListUsersAsync(cancellationToken);
        if (output.IsJson)
        {
            output.Json(users);
        }
        else if (users.Items.Count == 0)
        {
            output.Line("There are no users.");
        }
        else
        {
            output.Table(
                ["NAME", "ADMIN", "SIGNS IN WITH", "LAST SIGNED IN", "STATE"],
                users.Items.Select(user => (IReadOnlyList<string>)[
                    user.Name,
                    user.Admin ? "yes" : "no",
                    user.Local ? "password" : user.Issuer ?? "-",
                    user.LastSignedInAt is { } at ? CommandText.Time(at) : "never",
                    State(user),
                ]));
        }

        return ExitCodes.Success;
    }

    private static string State(UserDocument user) =>
        user.LockedUntil is { } until ? $"locked until {CommandText.Time(until)}" : user.PasswordIsTemporary ? "temporary password" : "-";
}
