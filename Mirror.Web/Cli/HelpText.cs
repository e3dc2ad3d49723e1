using System.Collections;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Mirror.Web.Cli;

/// <summary>Commands that the help of the executable lists under one title.</summary>
internal sealed record CommandTopic(string Title, params IReadOnlyList<Command> Commands);

/// <summary>The executable itself, with its commands by topic.</summary>
internal sealed class MirrorRoot : RootCommand
{
    public MirrorRoot(string description, params IReadOnlyList<CommandTopic> topics)
        : base(description)
    {
        Topics = topics;
        foreach (var command in topics.SelectMany(topic => topic.Commands))
        {
            Add(command);
        }
    }

    public IReadOnlyList<CommandTopic> Topics { get; }

    /// <summary>The sections below the options.</summary>
    public IReadOnlyList<HelpSection> Sections { get; init; } = [];
}

/// <summary>The lines of a command's help.</summary>
internal static class HelpText
{
    public const string Executable = "mirror";

    private const int LongestLabel = 26;

    /// <summary>Of the commands in the topics, whose texts are aligned; a longer one has its text below.</summary>
    private const int LongestCommand = 15;

    public static IEnumerable<string> Of(CommandResult asked, int width)
    {
        var command = asked.Command;
        var description = Wrap(command.Description ?? "", width, indent: 2);
        List<string> lines =
            ["Description:", .. description, "", "Usage:", .. Forms(command).SelectMany(form => Hang($"{PathOf(asked)} {form}", width))];
        foreach (var topic in (command as MirrorRoot)?.Topics ?? [new("Commands", [.. command.Subcommands])])
        {
            Add(topic.Title, topic.Commands.Select(sub => (sub.Name, Summary(sub))), command is MirrorRoot ? LongestCommand : null);
        }

        Add("Arguments", command.Arguments.Select(argument =>
            ($"<{ShownName(argument)}>", Describe(argument.Description, argument.HasDefaultValue, argument.GetDefaultValue))));
        Add("Options", OptionsOf(asked).Select(option =>
            (Label(option), Describe(option.Description, option.HasDefaultValue, option.GetDefaultValue)
                + (option.Required ? " (required)" : ""))));
        foreach (var section in (command as ServerCommand)?.Sections ?? (command as MirrorRoot)?.Sections ?? [])
        {
            lines.AddRange(["", $"{section.Title}:", .. section.Lines.Select(line => $"  {line}".TrimEnd())]);
        }

        return [.. lines, ""];

        void Add(string title, IEnumerable<(string Label, string Text)> items, int? labels = null)
        {
            if (items.ToList() is { Count: > 0 } list)
            {
                int widest = labels ?? Math.Min(list.Max(item => item.Label.Length), LongestLabel);
                lines.AddRange(["", $"{title}:", .. Columns(list, widest, width)]);
            }
        }
    }

    /// <summary>The words with which a command is called.</summary>
    public static string PathOf(CommandResult result)
    {
        string name = result.Command is RootCommand ? Executable : result.Command.Name;
        return result.Parent is CommandResult parent ? $"{PathOf(parent)} {name}" : name;
    }

    public static string ShownName(Argument argument) => argument.HelpName ?? argument.Name;

    public static string ShownName(Option option) => option.HelpName ?? option.Name.TrimStart('-');

    /// <summary>The ways to write a command's arguments.</summary>
    private static IEnumerable<string> Forms(Command command)
    {
        if (command is ServerCommand { Usage: { } own })
        {
            return [own];
        }

        if (command.Subcommands.Count > 0)
        {
            return [command is RootCommand ? "[<command>] [options]" : "<command> [options]"];
        }

        string others = Arguments(command.Arguments.Where(argument => argument is not GroupPosition)) + " [options]";
        if (command.Arguments is not [GroupPosition group, ..])
        {
            return [others.TrimStart()];
        }

        string position = group.Required ? $"<{group.Name}>" : $"[<{group.Name}>]";
        return group.Required || command.Arguments.Count > 1
            ? [position + others, $"{CommandOptions.GroupPathName} <path>{others}"]
            : [position + others];
    }

    private static string Arguments(IEnumerable<Argument> list)
    {
        // An optional argument is in brackets, with all that follow it.
        string arguments = "", closing = "";
        foreach (var argument in list)
        {
            bool optional = argument.Arity.MinimumNumberOfValues == 0;
            arguments += $" {(optional ? "[" : "")}<{ShownName(argument)}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
            closing += optional ? "]" : "";
        }

        return arguments + closing;
    }

    /// <summary>Its own, then those of the commands above it that hold for it.</summary>
    public static IEnumerable<Option> OptionsOf(CommandResult asked)
    {
        var options = asked.Command.Options.Where(option => !option.Hidden);
        for (var above = asked.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            options = options.Concat(above.Command.Options.Where(option => option.Recursive && !option.Hidden));
        }

        return options;
    }

    private static string Label(Option option)
    {
        var shown = option.Aliases.Prepend(option.Name).Where(name => !name.StartsWith('/')).OrderBy(name => name.Length);
        string names = string.Join(", ", shown);
        bool isFlag = option is HelpOption || option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool);
        return isFlag ? names : $"{names} <{ShownName(option)}>";
    }

    /// <summary>With the default value, unless the description has it in words.</summary>
    private static string Describe(string? description, bool hasDefault, Func<object?> find)
    {
        string text = description ?? "";
        // A default from the environment is described in words: a token must not be shown.
        if (!hasDefault || text.Contains("[default:", StringComparison.Ordinal)
            || find() is not { } value || value is false or IEnumerable and not string)
        {
            return text;
        }

        return $"{text} [default: {value}]";
    }

    private static string Summary(Command command)
    {
        string text = command.Description ?? "";
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    private static IEnumerable<string> Columns(IReadOnlyList<(string Label, string Text)> items, int labels, int width)
    {
        int column = labels + 4;
        foreach (var (label, text) in items)
        {
            var wrapped = Wrap(text, width, column).ToList();
            if (label.Length + 4 > column || wrapped.Count == 0)
            {
                wrapped.Insert(0, $"  {label}");
            }
            else
            {
                wrapped[0] = $"  {label}".PadRight(column) + wrapped[0][column..];
            }

            foreach (string line in wrapped)
            {
                yield return line;
            }
        }
    }

    /// <summary>The lines of one usage, the second and later ones further in.</summary>
    private static IEnumerable<string> Hang(string text, int width) =>
        Wrap(text, width, indent: 6).Select((line, index) => index == 0 ? $"  {line.TrimStart()}" : line);

    private static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        string margin = new(' ', indent), line = margin;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = margin;
            }

            line += line.Length > indent ? $" {word}" : word;
        }

        if (line.Length > indent)
        {
            yield return line;
        }
    }
}

/// <summary>Prints the help of the command that it is asked of.</summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    /// <summary>For a file or a pipe; on a terminal, lines use its width, up to a limit.</summary>
    private const int UsualWidth = 80;

    private const int LongestLine = 110;

    /// <summary>Help is printed also for a command line that is otherwise wrong.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        int width = CommandOutput.WidthOf(output) is { } terminal ? Math.Clamp(terminal, UsualWidth / 2, LongestLine) : UsualWidth;
        foreach (string line in HelpText.Of(parseResult.CommandResult, width))
        {
            output.WriteLine(line);
        }

        return ExitCodes.Success;
    }
}
