using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary>What the commands under <c>mirror federation</c> share.</summary>
internal static class FederationCommands
{
    public static Command Create() => CommandHelp.Group(
        "federation", "Add, list and remove federated registries. They trust this instance, which asks them with tokens that it makes for a few minutes.", new AddFederationCommand(), new ListFederationCommand(), new RemoveFederationCommand());

    public static Argument<ProviderHostname> Host() => new("host")
    {
        Description = "The hostname of the remote registry, such as registry.example.com.",
        CustomParser = result =>
        {
            if (ProviderHostname.TryParse(result.Tokens[0].Value, out var host))
            {
                return host;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a hostname; expected one such as registry.example.com.");
            return null!;
        },
    };
}

/// <summary>What a command did to a federated registry.</summary>
internal sealed record FederationChangeDocument(string GroupPath, string Host, string? Audience);
