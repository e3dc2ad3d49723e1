using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror federation list</c></summary>
internal sealed class ListFederationCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();

    public ListFederationCommand()
        : base("list", "List the remote registries that a group or workspace asks with tokens made here, inherited ones included.", "mirror federation list platform")
    {
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = await client.ListFederatedRegistriesAsync(arguments.GetRequiredValue(_group), cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line("There are no federated registries.");
        }
        else
        {
            output.Table(
                ["HOST", "ISSUER", "AUDIENCE", "SUBJECT", "CREATED (UTC)", "BY"],
                list.Items.Select(item => (string[])[item.Host, list.Issuer ?? "-", item.Audience, item.Inherited ? $"{item.Subject} (inherited)" : item.Subject, CommandText.Time(item.CreatedAt), item.CreatedBy]));
        }

        return ExitCodes.Success;
    }
}
