using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mirror.Core.Configuration;

/// <summary>
/// When something is to happen again and again: an interval (<c>6h</c>), first of all at once, or five cron fields in UTC
/// (<c>30 3 * * 1-5</c>: minute, hour, day of month, month, day of week with 0 or 7 for Sunday), each with <c>*</c>, lists,
/// ranges and steps. Where both days are restricted, either will do. See https://man7.org/linux/man-pages/man5/crontab.5.html.
/// </summary>
public sealed class Schedule
{
    private static readonly (int Low, int High)[] Bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(366 * 8); // A 29th of February may be as far away.

    private readonly string _text;
    private readonly TimeSpan _interval;
    private readonly bool[][] _fields = [];

    private Schedule(string text, TimeSpan interval) => (_text, _interval) = (text, interval);

    private Schedule(string text, bool[][] fields) => (_text, _fields) = (text, fields);

    /// <summary>Accepts an interval of a minute or more, or a cron expression that some time matches.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Schedule? schedule)
    {
        schedule = null;
        text = text.Trim();
        if (Quantity.TryParseDuration(text, out var interval))
        {
            schedule = interval >= TimeSpan.FromMinutes(1) ? new Schedule(text, interval) : null;
            return schedule is not null;
        }

        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Bounds.Length)
        {
            return false;
        }

        var fields = new bool[Bounds.Length][];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryParseField(parts[i], Bounds[i], out fields[i]))
            {
                return false;
            }
        }

        fields[4][0] |= fields[4][7];
        var parsed = new Schedule(text, fields);
        schedule = parsed.Next(DateTimeOffset.UnixEpoch, null) is null ? null : parsed;
        return schedule is not null;
    }

    /// <param name="now">The time to look from.</param>
    /// <param name="last">When it last happened; null: not yet.</param>
    /// <returns>When it is to happen next, now or later; null: never.</returns>
    public DateTimeOffset? Next(DateTimeOffset now, DateTimeOffset? last)
    {
        if (_fields.Length == 0)
        {
            return last is { } before && before + _interval > now ? before + _interval : now;
        }

        var time = new DateTimeOffset(now.UtcDateTime.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1);
        for (var end = now + Horizon; time < end;)
        {
            if (!_fields[3][time.Month])
            {
                time = new DateTimeOffset(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            }
            else if (!MatchesDay(time))
            {
                time = new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            }
            else if (!_fields[1][time.Hour] || !_fields[0][time.Minute])
            {
                time = time.AddMinutes(1);
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    public override string ToString() => _text;

    private bool MatchesDay(DateTimeOffset time)
    {
        bool ofMonth = _fields[2][time.Day], ofWeek = _fields[4][(int)time.DayOfWeek];
        bool anyOfMonth = _fields[2].Skip(1).All(day => day), anyOfWeek = _fields[4].Take(7).All(day => day);
        return anyOfMonth || anyOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static bool TryParseField(string text, (int Low, int High) bounds, out bool[] values)
    {
        values = new bool[bounds.High + 1];
        foreach (string item in text.Split(','))
        {
            string[] stepped = item.Split('/');
            int step = 1;
            if (stepped.Length > 2 || stepped.Length == 2 && (!TryParseNumber(stepped[1], (1, bounds.High), out step)))
            {
                return false;
            }

            int low = bounds.Low, high = bounds.High;
            string[] range = stepped[0].Split('-');
            if (stepped[0] != "*" && (range.Length > 2 || !TryParseNumber(range[0], bounds, out low) || !TryParseNumber(range[^1], bounds, out high) || high < low))
            {
                return false;
            }

            high = range.Length == 1 && stepped.Length == 2 ? bounds.High : high;
            for (int value = low; value <= high; value += step)
            {
                values[value] = true;
            }
        }

        return true;
    }

    private static bool TryParseNumber(string text, (int Low, int High) bounds, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= bounds.Low && number <= bounds.High;
}
