using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Web.Cli;

/// <summary>The human-readable forms of values.</summary>
internal static class CommandText
{
    /// <summary>Without the default hostname.</summary>
    public static string Address(string provider) => ProviderAddress.Parse(provider).Display;

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A size in a table, as one word: <c>1.2MB</c>.</summary>
    public static string Size(long bytes) => Quantity.FormatSize(bytes).Replace(" ", "", StringComparison.Ordinal);

    public static string OnOff(bool on) => on ? "on" : "off";

    /// <summary>Alternatives, such as <c>bash, zsh or fish</c>.</summary>
    public static string OneOf(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    /// <summary>An enum's name as the API writes it.</summary>
    public static string Word<T>(T? value)
        where T : struct, Enum => value is { } known ? char.ToLowerInvariant(known.ToString()[0]) + known.ToString()[1..] : "-";
}
