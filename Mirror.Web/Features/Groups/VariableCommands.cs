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
        "Set, list and delete variables. TF_TOKEN_<host> is the token of a group or workspace for a private registry.",
        Set(),
        List(),
        Delete());

    private static ServerCommand Set()
    {
        var (group, name) = (CommandOptions.Group(), Name());
        var sensitive = new Option<bool>("--sensitive") { Description = "Never show the value again." };
        return new ServerCommand(
            "set",
            "Set a variable. The value is the first line of standard input, so that it does not appear in process lists or the shell "
            + "history; a terminal prompts for it.",
            "mirror variable set TF_TOKEN_registry_example_com --sensitive < token.txt",
            "mirror variable set --group-path platform TF_TOKEN_registry_example_com")
        {
            group, name, sensitive,
        }.Runs(async (client, call) =>
        {
            string value = (await SecretInput.ReadAsync($"Value of {call.Get(name)} (input is hidden):", call.Stop)).Trim();
            if (value.Length == 0)
            {
                throw new InvalidDataException("Standard input contains no value.");
            }

            await client.SetVariableAsync(call.Get(group), call.Get(name), new NewVariable(value, call.Get(sensitive)), call.Stop);
            return call.Print(
                Changed(call.Get(group), call.Get(name)), $"{call.Get(group)} uses the new token for {call.Get(name).Host}.");
        });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.Group();
        return new ServerCommand(
            "list",
            "List the variables of a group or workspace, including inherited ones.",
            "mirror variable list platform/network") { group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListVariablesAsync(call.Get(group), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No variables.",
                    new("NAME", item => item.Name, Folds: true),
                    new("SET BY", item => item.Inherited ? $"{item.Group} (inherited)" : item.Group, Folds: true),
                    new("VALUE", item => item.Value ?? (item.Sensitive ? "(sensitive)" : "(not shown here)")),
                    new("CHANGED (UTC)", item => CommandText.Time(item.ChangedAt), Spare: true),
                    new("BY", item => item.ChangedBy));
            });
    }

    private static ServerCommand Delete()
    {
        var (group, name) = (CommandOptions.Group(), Name());
        return new ServerCommand(
            "delete",
            "Delete a variable. An inherited one of the same name applies again.",
            "mirror variable delete TF_TOKEN_registry_example_com",
            "mirror variable delete platform TF_TOKEN_registry_example_com") { group, name }.Runs(async (client, call) =>
        {
            await client.DeleteVariableAsync(call.Get(group), call.Get(name), call.Stop);
            return call.Print(Changed(call.Get(group), call.Get(name)), $"Deleted {call.Get(name)} from {call.Get(group)}.");
        });
    }

    private static Argument<VariableName> Name() => new("name")
    {
        Description = "TF_TOKEN_ and the hostname, with '_' for '.' and '__' for '-', such as TF_TOKEN_registry_example_com.",
        // The user may have given a token instead of the name: it must not be shown.
        CustomParser = CommandOptions.ParseWith(text => VariableName.TryParse(text, out var name)
            ? name
            : throw new FormatException(
                $"That is not the name of a variable; expected one such as {VariableName.Prefix}registry_example_com. "
                + "Its value is read from standard input.")),
    };

    private static JsonObject Changed(NamespacePath group, VariableName name) =>
        new() { ["groupPath"] = group.Value, ["name"] = name.Value };
}
