using System.Globalization;
using System.Text.RegularExpressions;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Web.Cli;

/// <summary>The human-readable forms of values.</summary>
internal static partial class CommandText
{
    /// <summary>Without the default hostname.</summary>
    public static string Address(string provider) => ProviderAddress.Parse(provider).Display;

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A size in a table, as one word: <c>1.2MB</c>.</summary>
    public static string Size(long bytes) => Quantity.FormatSize(bytes).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>A number of things, such as <c>1 package</c> or <c>2 packages</c>.</summary>
    public static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>A role and where it applies, such as <c>an owner of platform and everything below it</c>.</summary>
    public static string Membership(Role role, NamespacePath at) =>
        $"{(role == Role.Owner ? "an" : "a")} {Word<Role>(role)} of {at} and everything below it";

    /// <summary>
    /// The text with a replacement character for each control character, which a terminal obeys: it may be from an argument, a registry
    /// or another server. Line breaks remain.
    /// </summary>
    /// <param name="keepColors">Keeps the codes of <see cref="Tones.Paint"/>.</param>
    public static string Printable(string text, bool keepColors = false) => Controls.Replace(
        text, match => keepColors && match.Length > 1 ? match.Value : $"\uFFFD{match.ValueSpan[1..]}");

    public static string OnOff(bool on) => on ? "on" : "off";

    /// <summary>Alternatives, such as <c>bash, zsh or fish</c>.</summary>
    public static string OneOf(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    /// <summary>An enum's name as the API writes it.</summary>
    public static string Word<T>(T? value)
        where T : struct, Enum => value is { } known ? char.ToLowerInvariant(known.ToString()[0]) + known.ToString()[1..] : "-";

    [GeneratedRegex(@"\e\[[0-9]+m|[\p{Cc}-[\n]]", RegexOptions.NonBacktracking)]
    private static partial Regex Controls { get; }
}
