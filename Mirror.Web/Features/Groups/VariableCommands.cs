using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Groups;

/// <summary><c>mirror variable</c></summary>
internal static class VariableCommands
{
    public static Command Create() => ServerCommand.Group(
        "variable",
        "Set, list and delete variables. TF_TOKEN_<host> is the token with which a group or workspace asks a private registry.",
        Set(),
        List(),
        Delete());

    private static ServerCommand Set()
    {
        var (group, name) = (CommandOptions.Group(), Name());
        var sensitive = new Option<bool>("--sensitive") { Description = "Never show the value again." };
        return new ServerCommand(
            "set",
            "Set a variable. The value is the first line of standard input, so that no list of processes and no shell history has it; "
            + "at a terminal it is asked for.",
            "mirror variable set default TF_TOKEN_registry_example_com --sensitive < token.txt",
            "mirror variable set default TF_TOKEN_registry_example_com") { group, name, sensitive }.Runs(async (client, call) =>
        {
            string value = (await SecretInput.ReadAsync($"The value of {call.Get(name)}, which is not shown:", call.Stop)).Trim();
            if (value.Length == 0)
            {
                throw new InvalidDataException("There is no value on standard input.");
            }

            await client.SetVariableAsync(call.Get(group), call.Get(name), new NewVariable(value, call.Get(sensitive)), call.Stop);
            return call.Print(
                Changed(call.Get(group), call.Get(name)), $"{call.Get(group)} asks {call.Get(name).Host} with the new token.");
        });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.Group();
        return new ServerCommand(
            "list",
            "List the variables that hold in a group or workspace, inherited ones included.",
            "mirror variable list platform/network") { group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListVariablesAsync(call.Get(group), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "There are no variables.",
                    new("NAME", item => item.Name),
                    new("SET BY", item => item.Inherited ? $"{item.Group} (inherited)" : item.Group),
                    new("VALUE", item => item.Value ?? (item.Sensitive ? "(sensitive)" : "(not shown here)")),
                    new("CHANGED (UTC)", item => CommandText.Time(item.ChangedAt)),
                    new("BY", item => item.ChangedBy));
            });
    }

    private static ServerCommand Delete()
    {
        var (group, name) = (CommandOptions.Group(), Name());
        return new ServerCommand(
            "delete",
            "Delete a variable; the one above it holds again, if there is one.",
            "mirror variable delete default TF_TOKEN_registry_example_com") { group, name }.Runs(async (client, call) =>
        {
            await client.DeleteVariableAsync(call.Get(group), call.Get(name), call.Stop);
            return call.Print(Changed(call.Get(group), call.Get(name)), $"Deleted {call.Get(name)} from {call.Get(group)}.");
        });
    }

    private static Argument<VariableName> Name() => new("name")
    {
        Description = "TF_TOKEN_ and the hostname, with '_' for '.' and '__' for '-', such as TF_TOKEN_registry_example_com.",
        // A token given in the place of the name must not get on the screen.
        CustomParser = CommandOptions.ParseWith(text => VariableName.TryParse(text, out var name)
            ? name
            : throw new FormatException(
                $"That is not the name of a variable; expected one such as {VariableName.Prefix}registry_example_com. "
                + "Its value is read from standard input.")),
    };

    private static JsonObject Changed(NamespacePath group, VariableName name) =>
        new() { ["groupPath"] = group.Value, ["name"] = name.Value };
}
