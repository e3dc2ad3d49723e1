using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror federation remove</c></summary>
internal sealed class RemoveFederationCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<ProviderHostname> _host = FederationCommands.Host();

    public RemoveFederationCommand()
        : base("remove", "No longer make tokens for a remote registry.", "mirror federation remove platform registry.example.com")
    {
        Add(_group);
        Add(_host);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var host = arguments.GetRequiredValue(_host);
        await client.RemoveFederatedRegistryAsync(group, host, cancellationToken);
        output.Result(new FederationChangeDocument(group.Value, host.Value, null), $"{group} no longer makes tokens for {host}.");
        return ExitCodes.Success;
    }
}
