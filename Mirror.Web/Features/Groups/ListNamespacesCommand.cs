using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror group list</c> and <c>mirror workspace list</c></summary>
internal sealed class ListNamespacesCommand : ClientCommand
{
    private readonly Argument<NamespacePath?> _path = CommandOptions.OptionalPath("The group to look in. [default: everywhere]");
    private readonly NamespaceKind _kind;

    public ListNamespacesCommand(NamespaceKind kind)
        : base(
            "list",
            $"List the {NamespaceCommands.Noun(kind)}s that you may see.",
            $"mirror {NamespaceCommands.Noun(kind)} list",
            $"mirror {NamespaceCommands.Noun(kind)} list platform --json")
    {
        _kind = kind;
        Add(_path);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var within = arguments.GetValue(_path);
        if (within is not null)
        {
            // What is not there is an error, not an empty list.
            await client.GetNamespaceAsync(within, cancellationToken);
        }

        var all = await client.ListNamespacesAsync(cancellationToken);
        var list = new NamespaceListDocument([.. all.Items.Where(item => item.Kind == _kind && (within is null || within.Contains(NamespacePath.Parse(item.Path))))]);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Items.Count == 0)
        {
            output.Line($"There are no {NamespaceCommands.Noun(_kind)}s that you may see.");
        }
        else
        {
            output.Table(
                ["PATH", "AUTOMATIC CACHING", "ANONYMOUS READ", "YOUR ROLE"],
                list.Items.Select(item => (string[])[item.Path, SettingsText.AutomaticCaching(item), SettingsText.OnOff(item.AnonymousRead), CommandText.Word(item.Role)]));
        }

        return ExitCodes.Success;
    }
}
