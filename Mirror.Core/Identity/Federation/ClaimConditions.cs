using System.Text.Json;

namespace Mirror.Core.Identity.Federation;

/// <summary>What the claims of a token must be: a pattern each, in which <c>*</c> stands for anything.</summary>
public sealed class ClaimConditions
{
    public const int MaxConditions = 20;

    /// <summary>Of a claim's name and of a pattern, in characters.</summary>
    public const int MaxLength = 500;

    private readonly SortedDictionary<string, string> _patterns;

    private ClaimConditions(SortedDictionary<string, string> patterns) => _patterns = patterns;

    public IReadOnlyDictionary<string, string> Patterns => _patterns;

    /// <exception cref="FormatException">A pattern is missing or malformed, or they restrict nothing.</exception>
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
                    $"The condition '{claim}' is not one; expected a claim and a pattern, such as sub and 'repo:example/infra:*'.");
            }

            parsed[claim] = pattern;
        }

        // Everybody may have a token of a public issuer, for any audience they like.
        return parsed.Values.Any(pattern => pattern.Any(c => c != '*'))
            ? new ClaimConditions(parsed)
            : throw new FormatException(
                "Without a condition, everybody would be trusted to whom the issuer gives tokens; expected one at least, such as sub and 'repo:example/infra:*'.");
    }

    /// <param name="lines">A condition each: <c>sub=repo:example/infra:*</c>.</param>
    /// <exception cref="FormatException">A pattern is missing or malformed, or they restrict nothing.</exception>
    public static ClaimConditions Parse(IEnumerable<string> lines)
    {
        var patterns = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } claim, { Length: > 0 } pattern]
                || !patterns.TryAdd(claim, pattern))
            {
                throw new FormatException(
                    $"'{line}' is not a condition, or the second one for its claim; expected one such as sub=repo:example/infra:*.");
            }
        }

        return Parse(patterns);
    }

    internal static ClaimConditions Read(string json) =>
        new(new SortedDictionary<string, string>(JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [], StringComparer.Ordinal));

    internal string Write() => JsonSerializer.Serialize(_patterns);

    /// <summary>Whether each claim is there and, it or one of its elements, as its pattern says.</summary>
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

    // Greedy, going back to the last star only: never more than length times length steps, whatever the pattern.
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
