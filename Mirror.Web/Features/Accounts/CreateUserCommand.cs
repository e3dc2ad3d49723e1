using System.CommandLine;
using Mirror.Core.Access;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror user create</c></summary>
internal sealed class CreateUserCommand : ClientCommand
{
    private readonly Argument<UserName> _name = UserCommands.Name();
    private readonly Option<bool> _admin = new("--admin") { Description = "Makes the user an administrator of the instance." };
    private readonly Option<bool> _fromInput = UserCommands.PasswordFromInput();
    private readonly Option<bool> _keep = new("--keep-password") { Description = "The password need not be changed at the first sign-in." };

    public CreateUserCommand()
        : base(
            "create",
            "Create a user with a password. It must be changed at the first sign-in.",
            "mirror user create alice",
            "mirror user create alice --admin --password-stdin --keep-password < password.txt")
    {
        Add(_name);
        Add(_admin);
        Add(_fromInput);
        Add(_keep);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        string? password = await UserCommands.ReadPasswordAsync(arguments.GetValue(_fromInput), cancellationToken);
        bool isTemporary = !arguments.GetValue(_keep);
        var created = await client.CreateUserAsync(new NewUserDocument(name.Value, password, arguments.GetValue(_admin), isTemporary), cancellationToken);
        UserCommands.Print(output, created, $"Created the user {name}.", isTemporary);
        return ExitCodes.Success;
    }
}
