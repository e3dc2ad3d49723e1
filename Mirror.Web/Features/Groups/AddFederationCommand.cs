using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror federation add</c></summary>
internal sealed class AddFederationCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<ProviderHostname> _host = FederationCommands.Host();
    private readonly Option<string> _audience = new("--audience") { Description = "The audience that the remote registry's trust names.", HelpName = "audience", Required = true };

    public AddFederationCommand()
        : base(
            "add",
            "Ask a remote registry with tokens made here. It has to trust this server's URL as issuer, that audience, and the group's path as subject.",
            "mirror federation add platform registry.example.com --audience https://registry.example.com")
    {
        Add(_group);
        Add(_host);
        Add(_audience);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var host = arguments.GetRequiredValue(_host);
        string audience = arguments.GetRequiredValue(_audience);
        await client.SetFederatedRegistryAsync(group, host, audience, cancellationToken);
        string? issuer = (await client.ListFederatedRegistriesAsync(group, cancellationToken)).Issuer;
        output.Result(
            new FederationChangeDocument(group.Value, host.Value, audience),
            $"{group} asks {host} with tokens of the issuer {issuer} for the audience {audience}, with the subject {group}.");
        return ExitCodes.Success;
    }
}
