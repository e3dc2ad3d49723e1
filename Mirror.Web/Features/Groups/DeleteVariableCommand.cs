using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror variable delete</c></summary>
internal sealed class DeleteVariableCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<VariableName> _name = VariableCommands.Name();

    public DeleteVariableCommand()
        : base("delete", "Delete a variable; the one above it holds again, if there is one.", "mirror variable delete default TF_TOKEN_registry_example_com")
    {
        Add(_group);
        Add(_name);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var name = arguments.GetRequiredValue(_name);
        await client.DeleteVariableAsync(group, name, cancellationToken);
        output.Result(new VariableChangeDocument(group.Value, name.Value), $"Deleted {name} from {group}.");
        return ExitCodes.Success;
    }
}
