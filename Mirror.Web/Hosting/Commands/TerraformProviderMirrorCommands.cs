using System.CommandLine;
using Mirror.Web.Cli;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Syncs;

namespace Mirror.Web.Hosting.Commands;

/// <summary>
/// <c>mirror terraform-provider-mirror</c>: the commands that scripts written for tharsis-cli call, with its names and its options.
/// </summary>
internal static class TerraformProviderMirrorCommands
{
    public const string Name = "terraform-provider-mirror";

    /// <summary>Options of tharsis-cli, by the options here that do the same.</summary>
    private static readonly Dictionary<string, string[]> OtherNames = new()
    {
        [CommandOptions.GroupPathName] = ["--group-id"],
        ["--take"] = ["--limit"],
        ["--yes"] = ["--force", "-f"],
    };

    public static Command Create()
    {
        var command = ServerCommand.Group(
            Name,
            "Run commands under their tharsis-cli names. Options may have a single dash, such as -group-path.",
            SyncCommands.Sync(),
            MirrorCommands.ListVersions(),
            MirrorCommands.GetVersion(),
            MirrorCommands.GetPlatform(),
            MirrorCommands.ListPlatforms(),
            MirrorCommands.ListPlatforms("list-platform-mirrors"),
            MirrorCommands.DeleteVersion(),
            MirrorCommands.DeletePlatform());
        foreach (var option in command.Subcommands.SelectMany(child => child.Options))
        {
            foreach (string name in OtherNames.GetValueOrDefault(option.Name) ?? [])
            {
                option.Aliases.Add(name);
            }
        }

        return command;
    }

    /// <summary>The command line with two dashes before the options of these commands: <c>-group-path</c> is <c>--group-path</c>.</summary>
    public static IReadOnlyList<string> WithTwoDashes(IReadOnlyList<string> args)
    {
        int end = args.TakeWhile(arg => arg != "--").Count();
        bool HasOneDash(string arg) => arg is ['-', >= 'a' and <= 'z', not '=', ..];
        return args is [Name, ..] ? [.. args.Select((arg, index) => index < end && HasOneDash(arg) ? $"-{arg}" : arg)] : args;
    }
}
