using System.CommandLine;
using System.CommandLine.Parsing;
using Mirror.Core.Catalog;
using Mirror.Web.Commands.Exporting;
using Mirror.Web.Commands.Federation;
using Mirror.Web.Commands.Importing;
using Mirror.Web.Commands.Maintenance;
using Mirror.Web.Commands.Members;
using Mirror.Web.Commands.Namespaces;
using Mirror.Web.Commands.Running;
using Mirror.Web.Commands.ServiceAccounts;
using Mirror.Web.Commands.Syncing;
using Mirror.Web.Commands.Users;
using Mirror.Web.Commands.Variables;

namespace Mirror.Web.Commands;

/// <summary>The executable's commands. Without one it starts the server.</summary>
internal static class MirrorCommandLine
{
    private const string Executable = "mirror";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration? invocation = null)
    {
        if (args.Count == 0 || ConfigurationArguments.IsKey(args[0]))
        {
            args = [ServeCommand.Name, .. args];
        }

        var result = CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // An interrupted command cancels what it started at the server, and says what was done.
        invocation ??= new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
        if (result.Errors.Count > 0 && !CompletionCommand.IsAsked(args))
        {
            foreach (var error in result.Errors)
            {
                await invocation.Error.WriteLineAsync(error.Message);
            }

            await invocation.Error.WriteLineAsync($"Run '{PathOf(result)} --help' for its usage.");
            return ExitCodes.BadUsage;
        }

        if (result.CommandResult.Command.Name is ServeCommand.Name or RunCommand.CommandName)
        {
            invocation.ProcessTerminationTimeout = null; // They answer signals themselves: the host lets requests finish, a run passes them on.
        }

        return await result.InvokeAsync(invocation);
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand("Mirror: a self-hosted mirror of Terraform and OpenTofu providers. Without a command it starts the server.")
        {
            ServeCommand.Create(),
        };
        AddClientCommands(root);

        // What scripts written for other mirrors call.
        var alias = new Command("terraform-provider-mirror", "The commands above, under the name that other tools have for them.");
        AddClientCommands(alias);
        root.Add(alias);
        foreach (LocalCommand command in (LocalCommand[])[new BackupCommand(), new RestoreCommand()])
        {
            CommandHelp.Append(command, "Examples", command.Examples);
            root.Add(command);
        }

        root.Add(CompletionCommand.Create());
        return root;
    }

    private static void AddClientCommands(Command parent)
    {
        ConnectedCommand[] commands =
        [
            new SyncCommand(),
            new RunCommand(),
            new RefreshCommand(),
            new DiagnoseCommand(),
            new ImportCommand(),
            new ExportCommand(),
            new ListVersionsCommand(),
            new GetVersionCommand(),
            new ListPlatformsCommand(),
            new DeleteVersionCommand(),
            new DeletePlatformCommand(),
            new VerifyCommand(),
            new AuditCommand(),
            new SettingsCommand(),
        ];
        foreach (var command in commands)
        {
            CommandHelp.Append(command, "Examples", command.Examples);
            parent.Add(command);
        }

        parent.Add(NamespaceCommands.Create(NamespaceKind.Group));
        parent.Add(NamespaceCommands.Create(NamespaceKind.Workspace));
        parent.Add(MemberCommands.Create());
        parent.Add(ServiceAccountCommands.Create());
        parent.Add(TokenCommands.Create());
        parent.Add(UserCommands.Create());
        parent.Add(VariableCommands.Create());
        parent.Add(FederationCommands.Create());
    }

    private static string PathOf(ParseResult result)
    {
        var names = new List<string>();
        for (var command = result.CommandResult; command is not null; command = command.Parent as CommandResult)
        {
            names.Insert(0, command.Command is RootCommand ? Executable : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
