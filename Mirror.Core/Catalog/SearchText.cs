using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Catalog;

/// <summary>
/// Words to search for. Their number and length are limited because each word becomes a nested condition of a database query: thousands of
/// them would overflow the stack when the query is translated.
/// </summary>
public sealed record SearchText
{
    /// <summary>In characters, without leading and trailing white space.</summary>
    public const int MaxLength = 200;

    /// <summary>The maximum number of different words in a search.</summary>
    public const int MaxWords = 8;

    private SearchText(string text, IReadOnlyList<string> words) => (Text, Words) = (text, words);

    /// <summary>No words; matches everything.</summary>
    public static SearchText Everything { get; } = new("", []);

    /// <summary>The original text, trimmed.</summary>
    public string Text { get; }

    /// <summary>In lower case, without duplicates.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Words are separated by white space, control characters and slashes.</summary>
    /// <param name="text">Null or blank for everything.</param>
    /// <param name="fault">The problem with the text, as a sentence.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SearchText? search, [NotNullWhen(false)] out string? fault)
    {
        text = (text ?? "").Trim();
        string[] words = text.Length > MaxLength ? [] : [.. Split(text.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
        fault = text.Length > MaxLength ? $"The search has {text.Length} characters; expected at most {MaxLength}."
            : words.Length > MaxWords ? $"The search has {words.Length} different words; expected at most {MaxWords}."
            : null;
        search = fault is null ? new SearchText(text, words) : null;
        return search is not null;
    }

    /// <summary>Parses like <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is too long or has too many words.</exception>
    public static SearchText Parse(string? text) =>
        TryParse(text, out var search, out string? fault) ? search : throw new FormatException(fault);

    public bool Equals(SearchText? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '/' || char.IsWhiteSpace(text[i]) || char.IsControl(text[i]))
            {
                if (i > start)
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
        }
    }
}
