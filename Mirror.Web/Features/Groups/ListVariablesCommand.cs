using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror variable list</c></summary>
internal sealed class ListVariablesCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();

    public ListVariablesCommand()
        : base("list", "List the variables that hold in a group or workspace, inherited ones included.", "mirror variable list platform/network")
    {
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = await client.ListVariablesAsync(arguments.GetRequiredValue(_group), cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line("There are no variables.");
        }
        else
        {
            output.Table(
                ["NAME", "SET BY", "VALUE", "CHANGED (UTC)", "BY"],
                list.Items.Select(item => (string[])[
                    item.Name,
                    item.Inherited ? $"{item.Group} (inherited)" : item.Group,
                    item.Value ?? (item.Sensitive ? "(sensitive)" : "(not shown here)"),
                    CommandText.Time(item.ChangedAt),
                    item.ChangedBy,
                ]));
        }

        return ExitCodes.Success;
    }
}
