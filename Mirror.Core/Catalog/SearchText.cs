using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Catalog;

/// <summary>
/// Words to search for. Their number and length are bounded because each one is a condition of a database query, nested in
/// the one before: thousands of them overflow the stack while the query is translated.
/// </summary>
public sealed record SearchText
{
    /// <summary>In characters, white space at both ends not counted.</summary>
    public const int MaxLength = 200;

    /// <summary>How many different words one search may have.</summary>
    public const int MaxWords = 8;

    private SearchText(string text, IReadOnlyList<string> words) => (Text, Words) = (text, words);

    /// <summary>No words: everything matches.</summary>
    public static SearchText Everything { get; } = new("", []);

    /// <summary>As it was written, trimmed.</summary>
    public string Text { get; }

    /// <summary>In lower case, each one once.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Words are separated by white space, control characters and slashes.</summary>
    /// <param name="text">Null or blank: everything.</param>
    /// <param name="fault">What is wrong with the text, as a sentence.</param>
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
