using System.CommandLine;
using System.CommandLine.Help;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Groups;
using Mirror.Web.Features.Jobs;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Mirrors.Transfer;
using Mirror.Web.Features.Syncs;

namespace Mirror.Web.Hosting.Commands;

/// <summary>The executable's commands. Without one it starts the server.</summary>
internal static class MirrorCommandLine
{
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
            foreach (string error in UsageErrors.Describe(result))
            {
                await invocation.Error.WriteLineAsync(error);
            }

            await invocation.Error.WriteLineAsync($"Run '{HelpText.PathOf(result.CommandResult)} --help' for its usage.");
            return ExitCodes.BadUsage;
        }

        if (result.CommandResult.Command.Name is ServeCommand.Name or JobCommands.RunName)
        {
            // They answer signals themselves: the host lets requests finish, a run passes them on.
            invocation.ProcessTerminationTimeout = null;
        }

        return await result.InvokeAsync(invocation);
    }

    /// <summary>All commands, with their arguments and options.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand(
            "A self-hosted mirror of Terraform and OpenTofu providers. Without a command it starts the server; "
            + "'mirror <command> --help' tells more of each.") { ServeCommand.Create() };
        AddClientCommands(root);

        // What scripts written for other mirrors call.
        var alias = new Command("terraform-provider-mirror", "The commands for a server, under the name that other tools have for them.");
        AddClientCommands(alias);
        root.Add(alias);
        root.Add(BackupCommands.Backup());
        root.Add(BackupCommands.Restore());
        root.Add(CompletionCommand.Create());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show this help.";
        if (!OperatingSystem.IsWindows())
        {
            // Where they are not the custom they only clutter what a shell suggests.
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }

        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        help.Action = new CommandHelp();
        return root;
    }

    private static void AddClientCommands(Command parent)
    {
        Command[] commands =
        [
            SyncCommands.Sync(),
            JobCommands.Run(),
            MirrorCommands.Refresh(),
            DiagnosisCommands.Diagnose(),
            TransferCommands.Import(),
            TransferCommands.Export(),
            MirrorCommands.ListVersions(),
            MirrorCommands.GetVersion(),
            MirrorCommands.ListPlatforms(),
            MirrorCommands.DeleteVersion(),
            MirrorCommands.DeletePlatform(),
            VerifyCommand.Create(),
            ActivityCommands.Audit(),
            SettingsCommand.Create(),
            NamespaceCommands.Create(NamespaceKind.Group),
            NamespaceCommands.Create(NamespaceKind.Workspace),
            MemberCommands.Create(),
            ServiceAccountCommands.Create(),
            TokenCommands.Create(),
            UserCommands.Create(),
            VariableCommands.Create(),
            FederationCommands.Create(),
        ];
        foreach (var command in commands)
        {
            parent.Add(command);
        }
    }
}
