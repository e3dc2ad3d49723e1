using System.CommandLine;
using Mirror.Core.Database;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group</c> and <c>mirror workspace</c>, which have the same commands.</summary>
internal static class NamespaceCommands
{
    public static Command Create(NamespaceKind kind)
    {
        string description = kind == NamespaceKind.Group
            ? "Create, list, rename and delete groups. They hold groups and workspaces; a root group has a mirror that all below it share."
            : "Create, list, rename and delete workspaces. They are the leaves in groups; settings and members of the groups above hold in them.";
        return CommandHelp.Group(
            Noun(kind), description, new CreateNamespaceCommand(kind), new ListNamespacesCommand(kind), new RenameNamespaceCommand(kind), new DeleteNamespaceCommand(kind));
    }

    public static string Noun(NamespaceKind kind) => kind == NamespaceKind.Group ? "group" : "workspace";

    /// <summary>One such as the examples name.</summary>
    public static string Example(NamespaceKind kind) => kind == NamespaceKind.Group ? "platform/network" : "platform/network/prod";
}
