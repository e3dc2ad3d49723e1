using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Api;

namespace Mirror.Web.Commands.ServiceAccounts;

/// <summary><c>mirror service-account trust remove</c></summary>
internal sealed class RemoveTrustCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<string> _account = TrustCommands.Account();
    private readonly Argument<long> _id = new("number") { Description = "The trust's number, as list shows it." };

    public RemoveTrustCommand()
        : base("remove", "No longer accept tokens of a foreign issuer.", "mirror service-account trust remove platform ci 7")
    {
        Add(_group);
        Add(_account);
        Add(_id);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        string account = arguments.GetRequiredValue(_account);
        long id = arguments.GetRequiredValue(_id);
        await client.RemoveTrustAsync(group, account, id, cancellationToken);
        output.Result(new RemovedTrustDocument(group.Value, account, id), $"{group}/{account} no longer trusts number {id}.");
        return ExitCodes.Success;
    }
}
