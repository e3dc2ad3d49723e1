using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Mirror.Web.Features.Groups;

namespace Mirror.Web.Features.Accounts;

/// <summary>What the commands under <c>mirror service-account</c> share.</summary>
internal static class ServiceAccountCommands
{
    public static Command Create()
    {
        var group = CommandHelp.Group(
            "service-account",
            "Create, list and delete service accounts. They are members as users are, for programs, with tokens that 'mirror token' makes or those of issuers they trust.",
            new CreateServiceAccountCommand(),
            new ListServiceAccountsCommand(),
            new DeleteServiceAccountCommand());
        group.Add(TrustCommands.Create());
        return group;
    }

    public static Argument<NamespacePath> Path() => CommandOptions.Path("The service account such as platform/ci, or its group or workspace where the name follows.");

    public static Argument<string?> Name() => new("name")
    {
        Description = "The name, where it is not the last part of the path.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Bad usage where nothing names an account.</summary>
    public static void Validate(CommandResult result, Argument<NamespacePath> path, Argument<string?> name)
    {
        if (result.GetValue(name) is { } given && !NamespacePath.IsName(given))
        {
            result.AddError($"'{given}' is not a name; expected lower-case letters, digits, '-' and '_'.");
        }
        else if (result.GetValue(name) is null && result.GetValue(path) is { IsRoot: true } root)
        {
            result.AddError($"'{root}' names a group and no service account in it; expected one such as '{root}/ci'.");
        }
    }

    public static (NamespacePath Home, string Name) Split(NamespacePath path, string? name) => name is null ? (path.Parent!, path.Name) : (path, name);
}

/// <summary><c>mirror service-account create</c></summary>
internal sealed class CreateServiceAccountCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = ServiceAccountCommands.Path();
    private readonly Argument<string?> _name = ServiceAccountCommands.Name();
    private readonly Option<string?> _role = new Option<string?>("--role") { Description = "Its role in its group or workspace: owner, deployer or viewer. [default: none]", HelpName = "role" }.AcceptOnlyFromAmong(MemberCommands.Roles);

    public CreateServiceAccountCommand()
        : base("create", "Create a service account in a group or workspace.", "mirror service-account create platform/ci --role deployer", "mirror service-account create platform ci")
    {
        Add(_path);
        Add(_name);
        Add(_role);
        AddCommonOptions();
        this.AddRule(result => ServiceAccountCommands.Validate(result, _path, _name));
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (home, name) = ServiceAccountCommands.Split(arguments.GetRequiredValue(_path), arguments.GetValue(_name));
        string? role = arguments.GetValue(_role);
        var created = await client.CreateServiceAccountAsync(home, name, role is null ? null : MemberCommands.ParseRole(role), cancellationToken);
        output.Result(created, $"Created the service account {created.Principal}{(role is null ? "; it has no role yet" : $", {role} at {home} and below")}.");
        return ExitCodes.Success;
    }
}

/// <summary><c>mirror service-account list</c></summary>
internal sealed class ListServiceAccountsCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = CommandOptions.Path();

    public ListServiceAccountsCommand()
        : base("list", "List the service accounts of a group or workspace.", "mirror service-account list platform")
    {
        Add(_path);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var path = arguments.GetRequiredValue(_path);
        var list = await client.ListServiceAccountsAsync(path, cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line($"{path} has no service accounts.");
        }
        else
        {
            output.Table(
                ["SERVICE ACCOUNT", "ROLE", "TOKENS", "LAST USED (UTC)", "CREATED (UTC)", "BY"],
                list.Items.Select(item => (string[])[
                    item.Principal,
                    CommandText.Word(item.Role),
                    item.Tokens.ToString(CultureInfo.InvariantCulture),
                    item.LastUsedAt is { } used ? CommandText.Time(used) : "never",
                    CommandText.Time(item.CreatedAt),
                    item.CreatedBy]));
        }

        return ExitCodes.Success;
    }
}

/// <summary><c>mirror service-account delete</c></summary>
internal sealed class DeleteServiceAccountCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = ServiceAccountCommands.Path();
    private readonly Argument<string?> _name = ServiceAccountCommands.Name();
    private readonly Option<bool> _yes = CommandOptions.Yes();

    public DeleteServiceAccountCommand()
        : base("delete", "Delete a service account with its tokens and roles.", "mirror service-account delete platform/ci --yes")
    {
        Add(_path);
        Add(_name);
        Add(_yes);
        AddCommonOptions();
        this.AddRule(result => ServiceAccountCommands.Validate(result, _path, _name));
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (home, name) = ServiceAccountCommands.Split(arguments.GetRequiredValue(_path), arguments.GetValue(_name));
        if (output.Confirm($"Delete the service account {home}/{name} with its tokens and roles?", arguments.GetValue(_yes)) is { } refused)
        {
            return refused;
        }

        await client.DeleteServiceAccountAsync(home, name, cancellationToken);
        output.Result(new DeletedServiceAccountDocument($"{home}/{name}"), $"Deleted the service account {home}/{name}.");
        return ExitCodes.Success;
    }
}
