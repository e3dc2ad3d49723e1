using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Hosted;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror route</c></summary>
internal static class RouteCommands
{
    public static Command Create() => ServerCommand.Group(
        "route",
        "Serve namespaces of other registries from registry namespaces of a root group, without querying those registries.",
        Add(),
        List(),
        Remove());

    private static ServerCommand Add()
    {
        var (source, target, group) = (Source(), RegistryNamespaceCommands.Name("target"), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "add",
            "Serve a namespace of another registry from a registry namespace of the same root group. That registry is not queried for it any "
            + "more, also if a provider or module is not published here.",
            "mirror route add 'registry.terraform.io/mycompany/*' acme --group-path platform") { source, target, group }
            .Runs(async (client, call) =>
            {
                var wanted = new NewHostedRoute(call.Get(source).ToString(), call.Get(target));
                var added = await client.AddRouteAsync(call.Get(group), wanted, call.Stop);
                return call.Print(added, $"{call.Get(group)} now serves {added.Source} from {added.Target}.");
            });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.GroupPath("The root group.");
        return new ServerCommand("list", "List the routes of a root group.", "mirror route list --group-path platform") { group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListRoutesAsync(call.Get(group), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No routes.",
                    new("SOURCE", item => item.Source.ToString(), Folds: true),
                    new("SERVED FROM", item => item.Target, Folds: true),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                    new("BY", item => item.CreatedBy, Folds: true));
            });
    }

    private static ServerCommand Remove()
    {
        var (source, group) = (Source(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "remove",
            "Remove a route. The other registry is queried for the namespace again.",
            "mirror route remove 'registry.terraform.io/mycompany/*' --group-path platform") { source, group }
            .Confirms(call => $"Remove the route of {call.Get(source)}? {call.Get(source).Hostname} is then queried for it again.")
            .Runs(async (client, call) =>
            {
                await client.RemoveRouteAsync(call.Get(group), call.Get(source), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["source"] = call.Get(source).ToString() },
                    $"{call.Get(group)} no longer routes {call.Get(source)}.");
            });
    }

    private static Argument<RouteSource> Source() => new("source")
    {
        Description = "The namespace of the other registry, such as registry.terraform.io/mycompany/*.",
        CustomParser = CommandOptions.ParseWith(RouteSource.Parse),
    };
}
