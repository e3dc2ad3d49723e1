using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror registry-namespace</c></summary>
internal static class RegistryNamespaceCommands
{
    public static Command Create() => ServerCommand.Group(
        "registry-namespace",
        "Create, list and delete the namespaces into which a root group publishes, such as acme in mirror.example.com/acme/vpc/aws.",
        CreateOne(),
        List(),
        Delete());

    /// <summary>The option of commands that work in a root group.</summary>
    public static Argument<string> Name(string name = "name") => new(name)
    {
        Description = "The registry namespace, such as acme.",
        CustomParser = CommandOptions.ParseWith(text => RegistryNamespace.IsName(text)
            ? text
            : throw new FormatException(
                $"'{text}' is not a registry namespace; expected lower-case letters a-z, digits, and single '-' or '_' between them.")),
    };

    private static ServerCommand CreateOne()
    {
        var (name, group) = (Name(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "create",
            "Create a registry namespace for a root group. Its name is unique on the server, so an administrator creates it.",
            "mirror registry-namespace create acme --group-path platform") { name, group }
            .Runs(async (client, call) =>
            {
                var created = await client.CreateRegistryNamespaceAsync(call.Get(group), call.Get(name), call.Stop);
                return call.Print(created, $"Created the registry namespace {created.Name} of {created.Group}.");
            });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.GroupPath("The root group.");
        return new ServerCommand("list", "List the registry namespaces of a root group.", "mirror registry-namespace list") { group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListRegistryNamespacesAsync(call.Get(group), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No registry namespaces.",
                    new("NAME", item => item.Name, Folds: true),
                    new("ACTIVE KEYS", item => $"{item.Keys.Count(key => key.State == PublishingKeyState.Active)}"),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                    new("BY", item => item.CreatedBy, Folds: true));
            });
    }

    private static ServerCommand Delete()
    {
        var (name, group) = (Name(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "delete",
            "Delete a registry namespace that has no providers, modules, module sources and routes, with its keys.",
            "mirror registry-namespace delete acme --group-path platform") { name, group }
            .Confirms(call => $"Delete the registry namespace {call.Get(name)} with its keys?")
            .Runs(async (client, call) =>
            {
                await client.DeleteRegistryNamespaceAsync(call.Get(group), call.Get(name), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["name"] = call.Get(name) },
                    $"Deleted the registry namespace {call.Get(name)} of {call.Get(group)}.");
            });
    }
}
