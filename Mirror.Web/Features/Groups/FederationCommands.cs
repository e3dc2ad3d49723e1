using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror federation</c></summary>
internal static class FederationCommands
{
    public static Command Create() => ServerCommand.Group(
        "federation",
        "Add, list and remove federated registries. They trust this instance as an OpenID issuer: it signs in to them with short-lived "
        + "tokens that it issues itself.",
        Add(),
        List(),
        Remove());

    private static ServerCommand Add()
    {
        var (group, host) = (CommandOptions.Group(), Host());
        var audience = new Option<string>("--audience")
        {
            Description = "The audience that the remote registry expects.",
            HelpName = "audience",
            Required = true,
        };
        return new ServerCommand(
            "add",
            "Sign in to a remote registry with tokens that this server issues. The registry must trust this server's URL as the issuer, "
            + "the audience, and the group's path as the subject.",
            "mirror federation add platform registry.example.com --audience https://registry.example.com")
        {
            group, host, audience,
        }.Runs(async (client, call) =>
        {
            var (path, to) = (call.Get(group), call.Get(audience));
            await client.SetFederatedRegistryAsync(path, call.Get(host), to, call.Stop);
            string? issuer = (await client.ListFederatedRegistriesAsync(path, call.Stop)).Issuer;
            return call.Print(
                Changed(path, call.Get(host), to),
                $"{path} signs in to {call.Get(host)} with tokens of the issuer {issuer} for the audience {to}, with the subject {path}.");
        });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.Group();
        return new ServerCommand(
            "list",
            "List the federated registries of a group or workspace, including inherited ones.",
            "mirror federation list platform") { group }.Runs(async (client, call) =>
        {
            var list = await client.ListFederatedRegistriesAsync(call.Get(group), call.Stop);
            return call.PrintTable(
                list,
                list.Items,
                "No federated registries.",
                new("HOST", item => item.Host, Folds: true),
                new("ISSUER", _ => list.Issuer ?? "-", Folds: true),
                new("AUDIENCE", item => item.Audience, Folds: true),
                new("SUBJECT", item => item.Inherited ? $"{item.Subject} (inherited)" : item.Subject, Folds: true),
                new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                new("BY", item => item.CreatedBy));
        });
    }

    private static ServerCommand Remove()
    {
        var (group, host) = (CommandOptions.Group(), Host());
        return new ServerCommand(
            "remove",
            "Stop issuing tokens for a remote registry.",
            "mirror federation remove platform registry.example.com") { group, host }
            .Runs(async (client, call) =>
            {
                await client.RemoveFederatedRegistryAsync(call.Get(group), call.Get(host), call.Stop);
                return call.Print(
                    Changed(call.Get(group), call.Get(host), null), $"{call.Get(group)} no longer issues tokens for {call.Get(host)}.");
            });
    }

    private static Argument<ProviderHostname> Host() => new("host")
    {
        Description = "The hostname of the remote registry, such as registry.example.com.",
        CustomParser = CommandOptions.ParseWith(text => ProviderHostname.TryParse(text, out var host)
            ? host
            : throw new FormatException($"'{text}' is not a hostname; expected one such as registry.example.com.")),
    };

    private static JsonObject Changed(NamespacePath group, ProviderHostname host, string? audience) =>
        new() { ["groupPath"] = group.Value, ["host"] = host.Value, ["audience"] = audience };
}
