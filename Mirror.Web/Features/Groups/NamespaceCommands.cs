using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group</c> and <c>mirror workspace</c>, which have the same commands.</summary>
internal static class NamespaceCommands
{
    public static Command Create(NamespaceKind kind) => ServerCommand.Group(
        Noun(kind),
        kind == NamespaceKind.Group
            ? "Create, list, rename and delete groups. A group contains groups and workspaces; a root group has a mirror that everything "
                + "below it shares."
            : "Create, list, rename and delete workspaces. A workspace is in a group, and inherits its settings and members.",
        CreateOne(kind),
        List(kind),
        Rename(kind),
        Delete(kind));

    public static string Noun(NamespaceKind kind) => kind == NamespaceKind.Group ? "group" : "workspace";

    /// <summary>The group or workspace that the command changes; there is no default, so that none is changed by mistake.</summary>
    private static GroupSymbol Path(NamespaceKind kind) =>
        new("path", $"The path of the {Noun(kind)}, such as {Example(kind)}.", null) { Required = true };

    /// <summary>One that the examples name.</summary>
    private static string Example(NamespaceKind kind) => kind == NamespaceKind.Group ? "platform/network" : "platform/network/prod";

    private static ServerCommand CreateOne(NamespaceKind kind)
    {
        var path = Path(kind);
        return new ServerCommand(
            "create",
            kind == NamespaceKind.Group
                ? "Create a group. Its parent is the path before the last '/'. Only administrators create root groups, which start with "
                    + "automatic caching and anonymous read off."
                : "Create a workspace. Its group is the path before the last '/'.",
            [
                .. kind == NamespaceKind.Group ? (string[])["mirror group create platform"] : [],
                $"mirror {Noun(kind)} create {Example(kind)}",
            ]) { path }
            .Requires(result =>
            {
                if (kind == NamespaceKind.Workspace && path.Find(result) is { IsRoot: true } root)
                {
                    result.AddError($"The workspace '{root}' needs a group; expected a path such as 'platform/{root}'.");
                }
            })
            .Runs(async (client, call) =>
            {
                var created = await client.CreateNamespaceAsync(call.Get(path), kind, call.Stop);
                return call.Print(created, $"Created the {Noun(kind)} {created.Path}.");
            });
    }

    private static ServerCommand List(NamespaceKind kind)
    {
        var within = new GroupSymbol("path", "List only what is in this group. [default: all]", null);
        return new ServerCommand(
            "list",
            $"List the {Noun(kind)}s that you may read.",
            $"mirror {Noun(kind)} list",
            $"mirror {Noun(kind)} list platform --json") { within }.Runs(async (client, call) =>
        {
            if (call.Find(within) is { } group)
            {
                // A group that does not exist is an error, not an empty list.
                await client.GetNamespaceAsync(group, call.Stop);
            }

            var all = await client.ListNamespacesAsync(call.Stop);
            var list = new NamespaceList(
                [.. all.Items.Where(item => item.Kind == kind && call.Find(within)?.Contains(NamespacePath.Parse(item.Path)) != false)]);
            return call.PrintTable(
                list,
                list.Items,
                $"No {Noun(kind)}s that you may read.",
                new("PATH", item => item.Path, Folds: true),
                new("AUTOMATIC CACHING", item => item.AutomaticCaching switch
                {
                    { InheritedFrom: { } from } caching => $"{CommandText.OnOff(caching.Enabled)} (from {from})",
                    { Setting: CachingSetting.Inherit } => "off (not set)",
                    var caching => CommandText.OnOff(caching.Enabled),
                }),
                new("ANONYMOUS READ", item => CommandText.OnOff(item.AnonymousRead)),
                new("YOUR ROLE", item => CommandText.Word(item.Role)));
        });
    }

    private static ServerCommand Rename(NamespaceKind kind)
    {
        var path = Path(kind);
        var name = new Argument<string>("name") { Description = "The new name, which is the last part of the path." };
        return new ServerCommand(
            "rename",
            $"Rename a {Noun(kind)}. The addresses of {(kind == NamespaceKind.Group ? "everything in it" : "its mirror")} change; "
            + "update the configuration of its clients.",
            $"mirror {Noun(kind)} rename {Example(kind)} other") { path, name }
            .Requires(result =>
            {
                if (result.GetValue(name) is { } given && !NamespacePath.IsName(given))
                {
                    result.AddError($"'{given}' is not a name; expected lower-case letters, digits, '-' and '_'.");
                }
            })
            .Runs(async (client, call) =>
            {
                if (!await IsAsync(kind, call.Get(path), client, call))
                {
                    return ExitCodes.Failure;
                }

                var renamed = await client.RenameNamespaceAsync(call.Get(path), call.Get(name), call.Stop);
                return call.Print(renamed, $"Renamed {call.Get(path)} to {renamed.Path}.");
            });
    }

    private static ServerCommand Delete(NamespaceKind kind)
    {
        var (path, isGroup) = (Path(kind), kind == NamespaceKind.Group);
        var force = new Option<bool>("--force") { Description = "Delete the group even if it is not empty, with everything in it." };
        var command = new ServerCommand(
            "delete",
            $"Delete a {Noun(kind)}. This also deletes its members, service accounts and variables"
            + $"{(isGroup ? ", and the mirror of a root group" : "")}.",
            [
                $"mirror {Noun(kind)} delete {Example(kind)}",
                .. isGroup ? (string[])["mirror group delete platform --force --yes"] : [],
            ]) { path };
        if (isGroup)
        {
            command.Add(force);
        }

        bool IsForced(CommandCall call) => isGroup && call.Get(force);
        return command
            .Confirms(call => $"Delete the {Noun(kind)} {call.Get(path)}{(IsForced(call) ? " with everything in it" : "")}?")
            .Runs(async (client, call) =>
            {
                if (!await IsAsync(kind, call.Get(path), client, call))
                {
                    return ExitCodes.Failure;
                }

                await client.DeleteNamespaceAsync(call.Get(path), IsForced(call), call.Stop);
                return call.Print(new JsonObject { ["path"] = call.Get(path).Value }, $"Deleted the {Noun(kind)} {call.Get(path)}.");
            });
    }

    /// <summary>Whether a path is of the command's kind; reports it if not.</summary>
    private static async Task<bool> IsAsync(NamespaceKind kind, NamespacePath path, MirrorClient client, CommandCall call)
    {
        var found = (await client.GetNamespaceAsync(path, call.Stop)).Kind;
        if (found != kind)
        {
            call.Output.Error($"'{path}' is a {Noun(found)}, not a {Noun(kind)}: use 'mirror {Noun(found)}'.");
        }

        return found == kind;
    }
}
