using System.Globalization;

namespace Mirror.Web.Ui.Widgets;

/// <summary>Formats a duration for display.</summary>
public static class DurationText
{
    /// <returns><c>0.4 s</c>, <c>38 s</c>, <c>4 min 10 s</c>, <c>3 h 5 min</c>, <c>2 d 4 h</c>: two units at most.</returns>
    public static string Format(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0.#} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.Seconds} s"),
        { TotalHours: < 1 } => Two(duration.Minutes, "min", duration.Seconds, "s"),
        { TotalDays: < 1 } => Two(duration.Hours, "h", duration.Minutes, "min"),
        _ => Two((int)duration.TotalDays, "d", duration.Hours, "h"),
    };

    private static string Two(int first, string unit, int second, string lesser) =>
        second == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{first} {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{first} {unit} {second} {lesser}");
}
