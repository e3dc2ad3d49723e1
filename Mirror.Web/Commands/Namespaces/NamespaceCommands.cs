using System.CommandLine;
using Mirror.Core.Catalog;

namespace Mirror.Web.Commands.Namespaces;

/// <summary><c>mirror group</c> and <c>mirror workspace</c>, which have the same commands.</summary>
internal static class NamespaceCommands
{
    public static Command Create(NamespaceKind kind)
    {
        string description = kind == NamespaceKind.Group
            ? "Groups: they hold groups and workspaces, and a root group has a mirror that all below it share."
            : "Workspaces: the leaves in groups, each with the settings and members of the groups above it.";
        return CommandHelp.Group(
            Noun(kind), description, new CreateNamespaceCommand(kind), new ListNamespacesCommand(kind), new RenameNamespaceCommand(kind), new DeleteNamespaceCommand(kind));
    }

    public static string Noun(NamespaceKind kind) => kind == NamespaceKind.Group ? "group" : "workspace";

    /// <summary>One such as the examples name.</summary>
    public static string Example(NamespaceKind kind) => kind == NamespaceKind.Group ? "platform/network" : "platform/network/prod";
}
