using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mirror.Web.Cli;

/// <summary>What is wrong with a command line, each in one line that names what is missing or not understood.</summary>
internal static class UsageErrors
{
    public static IEnumerable<string> Describe(ParseResult result) =>
        result.Errors.Select(error => Describe(error, result.UnmatchedTokens)).Distinct(StringComparer.Ordinal);

    private static string Describe(ParseError error, IReadOnlyList<string> unmatched) => error.SymbolResult switch
    {
        CommandResult { Command: { Subcommands.Count: > 0, Action: null } } group => MissingCommand(group, unmatched),
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => MissingValue(option.Option),
        OptionResult { Tokens.Count: 0, Option.Required: false } option => MissingValue(option.Option),
        ArgumentResult { Tokens.Count: 0 } argument => Missing(argument.Argument),
        // An error of a command is about a token too many, or else about an argument that is missing.
        CommandResult command when !Names(error, unmatched) && FirstMissing(command) is { } argument => Missing(argument),
        _ => OneLine(error.Message),
    };

    private static bool Names(ParseError error, IReadOnlyList<string> tokens) =>
        tokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));

    private static string MissingCommand(CommandResult group, IReadOnlyList<string> unmatched)
    {
        string path = HelpText.PathOf(group);
        string said = unmatched.Count > 0 ? $"'{unmatched[0]}' is not a command of '{path}'" : $"'{path}' says not what to do";
        string names = string.Join(", ", group.Command.Subcommands.Select(command => command.Name));
        return group.Command is RootCommand ? $"{said}." : $"{said}; expected one of {names}.";
    }

    private static Argument? FirstMissing(CommandResult command) =>
        command.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && (command.GetResult(argument)?.Tokens.Count ?? 0) == 0);

    private static string Missing(Argument argument) => $"<{HelpText.ShownName(argument)}> is missing: {argument.Description}";

    private static string MissingValue(Option option) => $"{option.Name} needs a value: <{HelpText.ShownName(option)}>.";

    /// <summary>Lists of possible values come one below the other.</summary>
    private static string OneLine(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines is [var first, .. { Length: > 0 } values] ? $"{first} {string.Join(", ", values)}" : message;
    }
}
