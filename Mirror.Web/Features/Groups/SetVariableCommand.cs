using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror variable set</c></summary>
internal sealed class SetVariableCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Argument<VariableName> _name = VariableCommands.Name();
    private readonly Option<bool> _sensitive = new("--sensitive") { Description = "Never show the value again." };

    public SetVariableCommand()
        : base(
            "set",
            "Set a variable. The value is the first line of standard input, so that no list of processes and no shell history has it; at a terminal it is asked for.",
            "mirror variable set default TF_TOKEN_registry_example_com --sensitive < token.txt",
            "mirror variable set default TF_TOKEN_registry_example_com")
    {
        Add(_group);
        Add(_name);
        Add(_sensitive);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        var name = arguments.GetRequiredValue(_name);
        string value = (await SecretInput.ReadAsync($"The value of {name}, which is not shown:", cancellationToken)).Trim();
        if (value.Length == 0)
        {
            throw new InvalidDataException("There is no value on standard input.");
        }

        await client.SetVariableAsync(group, name, new NewVariableDocument(value, arguments.GetValue(_sensitive)), cancellationToken);
        output.Result(new VariableChangeDocument(group.Value, name.Value), $"{group} asks {name.Host} with the new token.");
        return ExitCodes.Success;
    }
}
