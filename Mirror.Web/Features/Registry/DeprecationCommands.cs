using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror deprecate</c></summary>
internal static class DeprecationCommands
{
    public static ServerCommand Deprecate()
    {
        var (address, version, group) = (RegistryAddress.Argument(), Version(), CommandOptions.GroupPath("The root group."));
        var message = new Option<string?>("--message")
        {
            Description = "What users should do instead, one line of text.",
            HelpName = "text",
        };
        var link = new Option<string?>("--link") { Description = "An http or https URL with more information.", HelpName = "url" };
        var clear = new Option<bool>("--clear") { Description = "Remove the deprecation." };
        return new ServerCommand(
            "deprecate",
            "Deprecate a published provider or module, or one of its versions. Everything remains available. Clients warn about providers only, not about modules.",
            "mirror deprecate acme/dns 1.2.0 --message 'Loses records; use 1.2.1.'",
            "mirror deprecate acme/vpc/aws --message 'Use acme/network/aws.' --link https://example.com/network --group-path platform",
            "mirror deprecate acme/dns 1.2.0 --clear")
        {
            address, version, message, link, clear, group,
        }
        .Requires(result =>
        {
            if (result.GetValue(clear) == (result.GetValue(message) is not null))
            {
                result.AddError("Give either --message or --clear.");
            }
            else if (result.GetValue(clear) && result.GetValue(link) is not null)
            {
                result.AddError("--clear and --link cannot be combined.");
            }
        })
        .Runs(async (client, call) =>
        {
            var (target, number) = (call.Get(address), call.Get(version));
            await target.CheckHostnameAsync(client, call.Stop);
            string named = number is null ? $"{target}" : $"{target} {number}";
            if (call.Get(clear))
            {
                await client.UndeprecateAsync(call.Get(group), target.Path, number, call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["address"] = $"{target}", ["version"] = number?.Value },
                    $"{named} is no longer deprecated.");
            }

            var wanted = new NewDeprecation(call.Get(message)!, call.Get(link));
            var set = await client.DeprecateAsync(call.Get(group), target.Path, number, wanted, call.Stop);
            return call.Print(set, $"Deprecated {named}.");
        });
    }

    private static Argument<ProviderVersion?> Version() => new("version")
    {
        Description = "The version, such as 1.2.0. [default: all]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = CommandOptions.ParseWith<ProviderVersion?>(ProviderVersion.Parse),
        DefaultValueFactory = _ => null,
    };
}
