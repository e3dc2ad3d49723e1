using System.Globalization;

namespace Mirror.Web.Ui.Widgets;

/// <summary>Formats the time since an event for display.</summary>
public static class RelativeTimeText
{
    /// <returns><c>5 min ago</c>; the date after a month; "just now" for a future time.</returns>
    /// <param name="preferences">Of the page, for the time zone of the date; null for UTC.</param>
    public static string Format(DateTimeOffset at, DateTimeOffset now, Preferences? preferences = null)
    {
        var ago = now - at;
        return ago.TotalSeconds < 45 ? "just now"
            : ago.TotalMinutes < 59.5 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(ago.TotalMinutes))} min ago")
            : ago.TotalHours < 23.5 ? Count(ago.TotalHours, "hour")
            : ago.TotalDays < 1.5 ? "yesterday"
            : ago.TotalDays < 30.5 ? Count(ago.TotalDays, "day")
            : (preferences ?? new()).Local(at, "d MMM yyyy");
    }

    /// <summary>How long it is until something happens.</summary>
    /// <returns><c>in 5 minutes</c>; what is due within the minute reads as that, too.</returns>
    public static string FormatUntil(DateTimeOffset at, DateTimeOffset now)
    {
        var left = at - now;
        return left.TotalMinutes < 1.5 ? "within a minute"
            : left.TotalMinutes < 59.5 ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Round(left.TotalMinutes)} minutes")
            : left.TotalHours < 1.5 ? "in 1 hour"
            : left.TotalHours < 47.5 ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Round(left.TotalHours)} hours")
            : string.Create(CultureInfo.InvariantCulture, $"in {Math.Round(left.TotalDays)} days");
    }

    /// <summary>The exact time, to the second.</summary>
    /// <param name="preferences">The cascading preferences of the page, which name the time zone; null for UTC.</param>
    public static string Exact(DateTimeOffset at, Preferences? preferences = null) => (preferences ?? new()).Exact(at);

    private static string Count(double number, string unit)
    {
        int count = Math.Max(1, (int)Math.Round(number));
        return string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")} ago");
    }
}
