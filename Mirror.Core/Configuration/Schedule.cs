using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace Mirror.Core.Configuration;

/// <summary>
/// A recurring schedule: an interval (<c>6h</c>), which runs immediately the first time, or five cron fields in UTC (<c>30 3 * * 1-5</c>:
/// minute, hour, day of month, month, day of week). If both day fields are restricted, matching either is enough.
/// See https://man7.org/linux/man-pages/man5/crontab.5.html.
/// </summary>
public sealed class Schedule
{
    private const int Fields = 5, DayOfMonth = 2, DayOfWeek = 4;

    private readonly string _text;
    private readonly TimeSpan _interval;
    private readonly CronExpression[] _expressions;

    private Schedule(string text, TimeSpan interval, params CronExpression[] expressions) =>
        (_text, _interval, _expressions) = (text, interval, expressions);

    /// <summary>Accepts an interval of at least one minute, or a cron expression that matches at least one time.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Schedule? schedule)
    {
        schedule = null;
        text = text.Trim();
        if (Quantity.TryParseDuration(text, out var interval))
        {
            schedule = interval >= TimeSpan.FromMinutes(1) ? new Schedule(text, interval) : null;
            return schedule is not null;
        }

        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields)
        {
            return false;
        }

        var expressions = new List<CronExpression>();
        foreach (string expression in Alternatives(fields))
        {
            if (!CronExpression.TryParse(expression, CronFormat.Standard, out var parsed))
            {
                return false;
            }

            expressions.Add(parsed);
        }

        var read = new Schedule(text, TimeSpan.Zero, [.. expressions]);
        schedule = read.Next(DateTimeOffset.UnixEpoch, null) is null ? null : read;
        return schedule is not null;
    }

    /// <param name="now">The time to start from.</param>
    /// <param name="last">The last run; null if there was none.</param>
    /// <returns>The next run, now or later; null if there is none.</returns>
    public DateTimeOffset? Next(DateTimeOffset now, DateTimeOffset? last)
    {
        if (_expressions.Length == 0)
        {
            return last is { } before && before + _interval > now ? before + _interval : now;
        }

        return _expressions.Min(expression => expression.GetNextOccurrence(now, TimeZoneInfo.Utc));
    }

    public override string ToString() => _text;

    /// <summary>If both day fields are restricted, the library requires both to match; cron requires only one.</summary>
    private static string[] Alternatives(string[] fields)
    {
        if (fields[DayOfMonth][0] is '*' or '?' || fields[DayOfWeek][0] is '*' or '?')
        {
            return [string.Join(' ', fields)];
        }

        string[] anyDayOfMonth = [.. fields], anyDayOfWeek = [.. fields];
        anyDayOfMonth[DayOfMonth] = "*";
        anyDayOfWeek[DayOfWeek] = "*";
        return [string.Join(' ', anyDayOfWeek), string.Join(' ', anyDayOfMonth)];
    }
}
