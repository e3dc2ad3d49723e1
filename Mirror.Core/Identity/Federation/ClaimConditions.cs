using System.Text.Json;

namespace Mirror.Core.Identity.Federation;

/// <summary>Required claims of a token: one pattern per claim, in which <c>*</c> matches any text.</summary>
public sealed class ClaimConditions
{
    public const int MaxConditions = 20;

    /// <summary>The maximum length of a claim name and of a pattern, in characters.</summary>
    public const int MaxLength = 500;

    private readonly SortedDictionary<string, string> _patterns;

    private ClaimConditions(SortedDictionary<string, string> patterns) => _patterns = patterns;

    public IReadOnlyDictionary<string, string> Patterns => _patterns;

    /// <exception cref="FormatException">A pattern is missing or malformed, or the patterns match every token.</exception>
    public static ClaimConditions Parse(IReadOnlyDictionary<string, string?> patterns)
    {
        if (patterns.Count > MaxConditions)
        {
            throw new FormatException($"There are {patterns.Count} conditions; expected at most {MaxConditions}.");
        }

        var parsed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (claim, pattern) in patterns)
        {
            if (claim.Length is 0 or > MaxLength || pattern is null || pattern.Length is 0 or > MaxLength)
            {
                throw new FormatException(
                    $"The condition '{claim}' is not valid; expected a claim and a pattern, such as sub and 'repo:example/infra:*'.");
            }

            parsed[claim] = pattern;
        }

        // Anyone can get a token of a public issuer, for any audience.
        return parsed.Values.Any(pattern => pattern.Any(c => c != '*'))
            ? new ClaimConditions(parsed)
            : throw new FormatException(
                "Without a condition, every token of the issuer would be trusted; expected at least one, such as sub and 'repo:example/infra:*'.");
    }

    /// <param name="lines">One condition each: <c>sub=repo:example/infra:*</c>.</param>
    /// <exception cref="FormatException">A pattern is missing or malformed, or the patterns match every token.</exception>
    public static ClaimConditions Parse(IEnumerable<string> lines)
    {
        var patterns = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } claim, { Length: > 0 } pattern]
                || !patterns.TryAdd(claim, pattern))
            {
                throw new FormatException(
                    $"'{line}' is not a condition, or repeats a claim; expected a condition such as sub=repo:example/infra:*.");
            }
        }

        return Parse(patterns);
    }

    internal static ClaimConditions Read(string json) =>
        new(new SortedDictionary<string, string>(JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [], StringComparer.Ordinal));

    internal string Write() => JsonSerializer.Serialize(_patterns);

    /// <summary>Whether each claim exists and it, or one of its elements, matches its pattern.</summary>
    public bool Match(JsonElement claims) => _patterns.Count > 0 && _patterns.All(condition =>
        claims.TryGetProperty(condition.Key, out var claim)
        && (claim.ValueKind == JsonValueKind.Array
            ? claim.EnumerateArray().Any(item => Match(condition.Value, item))
            : Match(condition.Value, claim)));

    public override string ToString() => string.Join(", ", _patterns.Select(condition => $"{condition.Key}={condition.Value}"));

    private static bool Match(string pattern, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Match(pattern, value.GetString()!),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Match(pattern, value.GetRawText()),
        _ => false,
    };

    // Greedy, with backtracking to the last star only: at most length times length steps for any pattern.
    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, from = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, from) = (p++, t);
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
