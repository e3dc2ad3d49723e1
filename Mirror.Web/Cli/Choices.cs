using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mirror.Web.Cli;

/// <summary>Options and arguments that accept a few words. Shells complete them, and an error names them.</summary>
internal static class Choices
{
    /// <summary>The values of an enumeration, by the words that the API writes.</summary>
    public static IReadOnlyList<(string Word, T Value)> Of<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (CommandText.Word<T>(value), value))];

    public static Option<T> AcceptOnly<T>(this Option<T> option, params IReadOnlyList<(string Word, T Value)> choices)
    {
        option.CustomParser = Parser(option.Name, choices);
        option.CompletionSources.Add([.. choices.Select(choice => choice.Word)]);
        return option;
    }

    public static Argument<T> AcceptOnly<T>(this Argument<T> argument, params IReadOnlyList<(string Word, T Value)> choices)
    {
        argument.CustomParser = Parser($"<{argument.Name}>", choices);
        argument.CompletionSources.Add([.. choices.Select(choice => choice.Word)]);
        return argument;
    }

    private static Func<ArgumentResult, T> Parser<T>(string symbol, IReadOnlyList<(string Word, T Value)> choices) =>
        CommandOptions.ParseWith(text =>
        {
            foreach (var (word, value) in choices)
            {
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            string[] words = [.. choices.Select(choice => choice.Word)];
            string suggestion = Suggestion.For(text, words);
            throw new FormatException(
                $"'{text}' is not valid for {symbol}; expected {CommandText.OneOf(words)}{(suggestion.Length > 0 ? suggestion : ".")}");
        });
}
