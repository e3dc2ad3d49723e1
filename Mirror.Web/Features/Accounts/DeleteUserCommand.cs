using System.CommandLine;
using Mirror.Core.Access;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror user delete</c></summary>
internal sealed class DeleteUserCommand : ClientCommand
{
    private readonly Argument<UserName> _name = UserCommands.Name();
    private readonly Option<bool> _yes = CommandOptions.Yes();

    public DeleteUserCommand()
        : base("delete", "Delete a user with their sessions, access tokens and roles.", "mirror user delete alice --yes")
    {
        Add(_name);
        Add(_yes);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        if (output.Confirm($"Delete the user {name} with their sessions, access tokens and roles?", arguments.GetValue(_yes)) is { } refused)
        {
            return refused;
        }

        await client.DeleteUserAsync(name, cancellationToken);
        output.Result(new DeletedUserDocument(name.Value), $"Deleted the user {name}.");
        return ExitCodes.Success;
    }
}
