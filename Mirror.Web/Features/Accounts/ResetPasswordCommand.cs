using System.CommandLine;
using Mirror.Core.Access;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror user reset-password</c></summary>
internal sealed class ResetPasswordCommand : ClientCommand
{
    private readonly Argument<UserName> _name = UserCommands.Name();
    private readonly Option<bool> _fromInput = UserCommands.PasswordFromInput();

    public ResetPasswordCommand()
        : base(
            "reset-password",
            "Give a user a temporary password. It must be changed at the next sign-in; their sessions end, and a lock after wrong passwords.",
            "mirror user reset-password alice")
    {
        Add(_name);
        Add(_fromInput);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        string? password = await UserCommands.ReadPasswordAsync(arguments.GetValue(_fromInput), cancellationToken);
        UserCommands.Print(output, await client.ResetPasswordAsync(name, password, cancellationToken), $"The user {name} has a new password.", isTemporary: true);
        return ExitCodes.Success;
    }
}
