using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Access;

/// <summary>
/// The name of a user: lower case, so that no two names differ only in case, and without a slash, which only names of service accounts
/// contain.
/// </summary>
public sealed record UserName
{
    public const int MaximumLength = 128;
    private const string Marks = "._@+-";

    private UserName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out UserName? name)
    {
        string value = text?.Trim() is { Length: <= MaximumLength } trimmed ? trimmed.ToLowerInvariant() : "";
        bool valid = value.Length > 0
            && char.IsAsciiLetterOrDigit(value[0])
            && value.All(letter => char.IsAsciiLetterOrDigit(letter) || Marks.Contains(letter, StringComparison.Ordinal));
        name = valid ? new UserName(value) : null;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a user name.</exception>
    public static UserName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException(
            $"'{text}' is not a user name; expected letters, digits and '._@+-', such as 'alice' or 'alice@example.com'.");

    /// <summary>The valid part of an external name as a user name; null if nothing is valid.</summary>
    public static UserName? From(string text)
    {
        string kept = string.Concat(text.Trim().ToLowerInvariant()
            .Select(letter => char.IsAsciiLetterOrDigit(letter) || Marks.Contains(letter, StringComparison.Ordinal) ? letter : '-'))
            .TrimStart([.. Marks]);
        return TryParse(kept.Length > MaximumLength ? kept[..MaximumLength] : kept, out var name) ? name : null;
    }

    public override string ToString() => Value;
}
