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
        ["--skip"] = ["--cursor"],
        ["--yes"] = ["--force", "-f"],
    };

    public static Command Create()
    {
        var command = ServerCommand.Group(
            Name,
            "Run commands under their tharsis-cli names. Options may have a single dash, such as -group-path, and a TRN may replace the "
            + "group, address, version and platform.",
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

    /// <summary>The command line with the arguments of these commands in their names here.</summary>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> args) =>
        args.Count > 0 && args[0] == Name ? [Name, .. TharsisArguments.Translate([.. args.Skip(1)])] : args;
}
