using System.Text.Json.Nodes;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror unpublish</c></summary>
internal static class UnpublishCommand
{
    public static ServerCommand Create()
    {
        var (address, version, group) = (RegistryAddress.Argument(), CommandOptions.Version(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "unpublish",
            "Delete a version of a published provider or module. Configurations that use it stop working, and its number cannot be used again; consider 'mirror deprecate'.",
            "mirror unpublish acme/dns 1.2.0",
            "mirror unpublish acme/vpc/aws 1.2.0 --group-path platform --yes") { address, version, group }
            .Confirms(call => $"Delete {call.Get(address)} {call.Get(version)} for everyone? Its number cannot be used again.")
            .Runs(async (client, call) =>
            {
                var (target, number) = (call.Get(address), call.Get(version));
                await target.CheckHostnameAsync(client, call.Stop);
                var hostname = await RegistryAddress.OwnHostnameAsync(client, call.Stop);
                await client.UnpublishAsync(call.Get(group), hostname, target.Source, number, call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["address"] = $"{target}", ["version"] = number.Value },
                    $"Deleted {target} {number}.");
            });
    }
}
