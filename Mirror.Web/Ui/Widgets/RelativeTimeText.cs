namespace Mirror.Web.Ui.Widgets;

/// <summary>Formats the time since an event for display.</summary>
public static class RelativeTimeText
{
    /// <returns><c>5 min ago</c>; the date after a month; "just now" for a future time.</returns>
    /// <param name="preferences">Of the page, for the time zone of the date; null for UTC.</param>
    public static string Format(DateTimeOffset at, DateTimeOffset now, Preferences? preferences = null)
    {
        var ago = now - at;
        return ago.TotalSeconds < 45 ? Texts.JustNow
            : ago.TotalMinutes < 59.5 ? Texts.MinutesAgo.With(Math.Max(1, Math.Round(ago.TotalMinutes)))
            : ago.TotalHours < 23.5 ? Count(ago.TotalHours, Texts.HourAgo, Texts.HoursAgo)
            : ago.TotalDays < 1.5 ? Texts.Yesterday
            : ago.TotalDays < 30.5 ? Texts.DaysAgo.With(Math.Round(ago.TotalDays))
            : (preferences ?? new()).Local(at, "d MMM yyyy");
    }

    /// <summary>How long it is until something happens.</summary>
    /// <returns><c>in 5 minutes</c>; what is due within the minute reads as that, too.</returns>
    public static string FormatUntil(DateTimeOffset at, DateTimeOffset now)
    {
        var left = at - now;
        return left.TotalMinutes < 1.5 ? Texts.WithinMinute
            : left.TotalMinutes < 59.5 ? Texts.InMinutes.With(Math.Round(left.TotalMinutes))
            : left.TotalHours < 47.5 ? Count(left.TotalHours, Texts.InHour, Texts.InHours)
            : Texts.InDays.With(Math.Round(left.TotalDays));
    }

    /// <summary>The exact time, to the second.</summary>
    /// <param name="preferences">The cascading preferences of the page, which name the time zone; null for UTC.</param>
    public static string Exact(DateTimeOffset at, Preferences? preferences = null) => (preferences ?? new()).Exact(at);

    private static string Count(double number, string one, string several) =>
        TextFormat.Count(Math.Max(1, (long)Math.Round(number)), one, several);
}
