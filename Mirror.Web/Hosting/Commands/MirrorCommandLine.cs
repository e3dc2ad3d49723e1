using System.CommandLine;
using System.CommandLine.Help;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Groups;
using Mirror.Web.Features.Jobs;
using Mirror.Web.Features.Keys;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Mirrors.Transfer;
using Mirror.Web.Features.Policy;
using Mirror.Web.Features.Registry;
using Mirror.Web.Features.Search;
using Mirror.Web.Features.SignIn.Commands;
using Mirror.Web.Features.Syncs;

namespace Mirror.Web.Hosting.Commands;

/// <summary>The executable's commands. Without one it starts the server.</summary>
internal static class MirrorCommandLine
{
    private const string NoColor = "--no-color";

    private static readonly string[] Environment =
    [
        $"{ServerLocator.UrlVariable,-25}  The server, if --url is not given.",
        $"{ServerLocator.TokenVariable,-25}  The access token, if --token is not given.",
        $"{ServerLocator.ProfileVariable,-25}  The profile, if none and no server is given.",
        $"{ClientIdentity.CertificateVariable}  A certificate to present to the server (PEM).",
        $"{ClientIdentity.KeyVariable,-25}  Its unencrypted key, if in another file (PEM).",
        "HTTPS_PROXY, NO_PROXY      The proxy, unless the server is on this machine.",
        "NO_COLOR                   Print without colors if it is not empty.",
        "COLUMNS                    The width of tables and help on a terminal.",
    ];

    private static readonly string[] ExitCodeTexts =
    [
        FormattableString.Invariant($"{ExitCodes.Success}  Success."),
        FormattableString.Invariant($"{ExitCodes.Failure}  Failure."),
        FormattableString.Invariant($"{ExitCodes.BadUsage}  Bad usage: the command line is not valid, and nothing was done."),
        FormattableString.Invariant($"{ExitCodes.StaleData}  Success with stale data, because an origin could not be queried."),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration? invocation = null)
    {
        // An interrupted command cancels its work at the server, and reports what was done.
        invocation ??= new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
        invocation.EnableDefaultExceptionHandler = false;
        try
        {
            return await InvokeAsync(args, invocation);
        }
        catch (Exception e)
        {
            // Only a defect has a stack trace.
            string message = e is IOException or UnauthorizedAccessException ? e.Message : $"Unexpected error: {e}";
            try
            {
                await invocation.Error.WriteLineAsync(message);
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // Standard error is closed; the exit code is all that is left.
            }

            return ExitCodes.Failure;
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, InvocationConfiguration invocation)
    {
        if (args.Count == 0 || ConfigurationArguments.IsKey(args[0]))
        {
            args = [ServeCommand.Name, .. args];
        }

        args = TerraformProviderMirrorCommands.Translate(args);
        var result = CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is not CommandHelp && !CompletionCommand.IsAsked(args) && UsageErrors.Describe(result, args) is { Count: > 0 } errors)
        {
            foreach (string error in errors)
            {
                await invocation.Error.WriteLineAsync(error);
            }

            await invocation.Error.WriteLineAsync($"Run '{HelpText.PathOf(result.CommandResult)} --help' for its usage.");
            return ExitCodes.BadUsage;
        }

        if (result.CommandResult.Command.Name is ServeCommand.Name or JobCommands.RunName)
        {
            // They handle signals themselves: the server lets requests finish, a run passes them on.
            invocation.ProcessTerminationTimeout = null;
        }

        if (result.GetValue<bool>(NoColor))
        {
            CommandOutput.DisableColors();
        }

        return await result.InvokeAsync(invocation);
    }

    /// <summary>All commands, with their arguments and options.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new MirrorRoot(
            "A self-hosted mirror of Terraform and OpenTofu providers. Without a command, it starts the server.",
            new CommandTopic(
                "Core commands",
                ServeCommand.Create(),
                JobCommands.Run(),
                SyncCommands.Sync(),
                MirrorCommands.ListVersions(),
                MirrorCommands.GetVersion(),
                MirrorCommands.ListPlatforms(),
                SearchCommands.Search(),
                MirrorCommands.DeleteVersion(),
                MirrorCommands.DeletePlatform(),
                GetModuleCommand.Create(),
                TransferCommands.Import(),
                TransferCommands.Export()),
            new CommandTopic(
                "Connection commands", LoginCommands.Login(), LoginCommands.Logout(), ProfileCommands.Create(), StatusCommand.Create()),
            new CommandTopic(
                "Access commands",
                NamespaceCommands.Create(NamespaceKind.Group),
                NamespaceCommands.Create(NamespaceKind.Workspace),
                SettingsCommand.Create(),
                MemberCommands.Create(),
                UserCommands.Create(),
                ServiceAccountCommands.Create(),
                TokenCommands.Create(),
                VariableCommands.Create(),
                FederationCommands.Create()),
            new CommandTopic(
                "Publishing commands",
                PublishCommands.Create(),
                UnpublishCommand.Create(),
                DeprecationCommands.Deprecate(),
                RegistryNamespaceCommands.Create(),
                SigningKeyCommands.Create(),
                RouteCommands.Create(),
                ModuleSourceCommands.Create()),
            new CommandTopic(
                "Policy and trust commands", PolicyCommands.Create(), KeyCommands.Create(), ActivityCommands.Audit()),
            new CommandTopic(
                "Maintenance commands",
                DiagnosisCommands.Diagnose(),
                MirrorCommands.Refresh(),
                VerifyCommand.Create(),
                BackupCommands.Backup(),
                BackupCommands.Restore(),
                MigrateDataCommand.Create(),
                MigratePackagesCommand.Create()),
            new CommandTopic("Other commands", CompletionCommand.Create(), TerraformProviderMirrorCommands.Create()))
        {
            Sections =
            [
                new("Environment", Environment),
                new("Exit codes", ExitCodeTexts),
                new("Learn more", ["Run 'mirror <command> --help' for the usage and examples of a command."]),
            ],
        };
        root.Add(new Option<bool>(NoColor) { Description = "Print without colors.", Recursive = true });
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show this help.";
        if (!OperatingSystem.IsWindows())
        {
            // Only Windows users know them; elsewhere they clutter completions.
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }

        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        help.Action = new CommandHelp();
        return root;
    }
}
