using System.CommandLine;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary>What the commands under <c>mirror variable</c> share.</summary>
internal static class VariableCommands
{
    public static Command Create() => CommandHelp.Group(
        "variable", "Set, list and delete variables. TF_TOKEN_<host> is the token with which a group or workspace asks a private registry.", new SetVariableCommand(), new ListVariablesCommand(), new DeleteVariableCommand());

    public static Argument<VariableName> Name() => new("name")
    {
        Description = "TF_TOKEN_ and the hostname, with '_' for '.' and '__' for '-', such as TF_TOKEN_registry_example_com.",
        CustomParser = result =>
        {
            if (VariableName.TryParse(result.Tokens[0].Value, out var name))
            {
                return name;
            }

            // Whoever mixes name and value up must not see a token on the screen.
            result.AddError($"That is not the name of a variable; expected one such as {VariableName.Prefix}registry_example_com. Its value is read from standard input.");
            return null!;
        },
    };
}

/// <summary>What a command did to a variable.</summary>
internal sealed record VariableChangeDocument(string GroupPath, string Name);
