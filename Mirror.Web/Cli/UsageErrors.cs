using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mirror.Web.Cli;

/// <summary>The mistakes in a command line, each in one line that names the missing or unknown part.</summary>
internal static class UsageErrors
{
    private const int MaxToken = 200;

    /// <param name="args">The command line that was parsed.</param>
    /// <returns>Empty: the command line is correct.</returns>
    public static IReadOnlyList<string> Describe(ParseResult result, IReadOnlyList<string> args)
    {
        // The parser takes a misspelt option, or the value of a flag, for an argument; the errors that follow from that would only hide it.
        List<string> misread = [.. UnknownOptions(result), .. FlagsWithValues(result, args)];
        var errors = misread.Count > 0
            ? misread
            : result.Errors.Select(error => Describe(error, result.UnmatchedTokens)).OfType<string>().Distinct(StringComparer.Ordinal);
        string[] longOnes = [.. result.Tokens.Select(token => token.Value).Where(value => value.Length > MaxToken).Distinct()];
        return
        [
            .. errors.Select(error => CommandText.Printable(longOnes.Aggregate(
                error, (text, value) => text.Replace(value, value[..MaxToken] + "…", StringComparison.Ordinal)))),
        ];
    }

    private static string? Describe(ParseError error, IReadOnlyList<string> unmatched) => error.SymbolResult switch
    {
        CommandResult { Command: { Subcommands.Count: > 0, Action: null } } group => MissingCommand(group, unmatched),
        // Reported as an unexpected argument.
        ArgumentResult { Argument: GroupPosition } when unmatched.Count > 0 => null,
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => MissingValue(option.Option),
        OptionResult { Tokens.Count: 0, IdentifierToken: null } option => $"{option.Option.Name} is missing: {option.Option.Description}",
        OptionResult { Tokens.Count: 0 } option => MissingValue(option.Option),
        ArgumentResult { Tokens.Count: 0 } argument => Missing(argument.Argument),
        CommandResult when unmatched.FirstOrDefault(token => Names(error, token)) is { } extra => $"Unexpected argument '{extra}'.",
        CommandResult command when FirstMissing(command) is { } argument => Missing(argument),
        _ => OneLine(error.Message),
    };

    private static bool Names(ParseError error, string token) => error.Message.Contains($"'{token}'", StringComparison.Ordinal);

    private static string MissingCommand(CommandResult group, IReadOnlyList<string> unmatched)
    {
        string path = HelpText.PathOf(group);
        string[] names = [.. group.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        // The executable has too many commands for one line.
        string expected = group.Command is RootCommand ? "." : $"; expected {CommandText.OneOf(names)}.";
        if (unmatched.Count == 0)
        {
            return $"'{path}' needs a command{expected}";
        }

        string suggestion = Suggestion.For(unmatched[0], names);
        return $"'{unmatched[0]}' is not a command of '{path}'{(suggestion.Length > 0 ? suggestion : expected)}";
    }

    private static IEnumerable<string> UnknownOptions(ParseResult result)
    {
        var command = result.CommandResult.Command;
        if (!command.TreatUnmatchedTokensAsErrors)
        {
            yield break;
        }

        List<Option> options = [.. HelpText.OptionsOf(result.CommandResult)];
        var values = options.SelectMany(option => result.GetResult(option)?.Tokens ?? []).ToHashSet(ReferenceEqualityComparer.Instance);
        // The words after the name of a program, or of an unknown command, are its own.
        bool hasOwnWords = command.Subcommands.Count > 0 || command.Arguments.Any(argument => argument.ValueType == typeof(string[]));
        foreach (var token in result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            bool isArgument = token.Type == TokenType.Argument && !values.Contains(token);
            if (isArgument && token.Value is ['-', not (>= '0' and <= '9'), ..])
            {
                string name = token.Value.Split('=', ':')[0];
                string suggestion = Suggestion.For(name, options.SelectMany(option => option.Aliases.Prepend(option.Name)));
                yield return $"'{name}' is not an option of '{HelpText.PathOf(result.CommandResult)}'"
                    + (suggestion.Length > 0 ? suggestion : ".");
            }
            else if (isArgument && hasOwnWords)
            {
                yield break;
            }
        }
    }

    /// <summary>Such as <c>--json=maybe</c>, of which the parser takes <c>maybe</c> for an argument.</summary>
    private static IEnumerable<string> FlagsWithValues(ParseResult result, IReadOnlyList<string> args)
    {
        var flags = HelpText.OptionsOf(result.CommandResult).OfType<Option<bool>>().ToList();
        // The words after the name of a program are its own.
        bool hasOwnWords = result.CommandResult.Command.Arguments.Any(argument => argument.ValueType == typeof(string[]));
        return
            from arg in hasOwnWords ? [] : args.TakeWhile(arg => arg != "--")
            let parts = arg.Split('=', 2)
            where parts.Length == 2 && flags.Exists(flag => flag.Name == parts[0] || flag.Aliases.Contains(parts[0]))
            where !bool.TryParse(parts[1], out _)
            select $"{parts[0]}: '{parts[1]}' is not valid; expected {parts[0]} alone, or true or false after it.";
    }

    private static Argument? FirstMissing(CommandResult command) =>
        command.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && (command.GetResult(argument)?.Tokens.Count ?? 0) == 0);

    private static string Missing(Argument argument) => $"<{HelpText.ShownName(argument)}> is missing: {argument.Description}";

    private static string MissingValue(Option option) => $"{option.Name} needs a value: <{HelpText.ShownName(option)}>.";

    /// <summary>The parser puts each possible value on a line.</summary>
    private static string OneLine(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines is [var first, .. { Length: > 0 } values] ? $"{first} {string.Join(", ", values)}" : message;
    }
}
