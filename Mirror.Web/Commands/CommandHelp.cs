using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Mirror.Web.Commands;

/// <summary>The help of a command with what its own text has no place for below it: examples, notes.</summary>
internal sealed class CommandHelp(HelpAction inner, string title, IReadOnlyList<string> lines) : SynchronousCommandLineAction
{
    /// <summary>Adds a section to the help of one command.</summary>
    public static void Append(Command command, string title, IReadOnlyList<string> lines)
    {
        var option = new HelpOption();
        option.Action = new CommandHelp((HelpAction)option.Action!, title, lines);
        command.Options.Add(option);
    }

    /// <summary>A command that only holds others, each with its examples.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<ConnectedCommand> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            Append(command, "Examples", command.Examples);
            group.Add(command);
        }

        return group;
    }

    /// <summary>Who asks for help need not have written the rest.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine($"{title}:");
        foreach (string line in lines)
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
        return code;
    }
}
