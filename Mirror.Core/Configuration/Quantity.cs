using System.Globalization;

namespace Mirror.Core.Configuration;

/// <summary>Durations (<c>00:10:00</c>, <c>10m</c>, <c>24h</c>) and sizes (<c>16MB</c>, <c>2GB</c>) in text form.</summary>
public static class Quantity
{
    // Far beyond any realistic value, and still within the range of dates when added to the current time.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36500);

    /// <summary>In characters: enough for any number of bytes or milliseconds.</summary>
    public const int MaxLength = 32;

    /// <summary>Accepts a .NET time span or a number with <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>; not negative.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length > MaxLength)
        {
            return false;
        }

        text = text.Trim();
        (string Unit, double Milliseconds)[] units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
        foreach (var (unit, milliseconds) in units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && TryParseNumber(text[..^unit.Length], out double number))
            {
                double total = number * milliseconds;
                if (total > Longest.TotalMilliseconds)
                {
                    return false;
                }

                duration = TimeSpan.FromMilliseconds(total);
                return true;
            }
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration)
            && duration >= TimeSpan.Zero && duration <= Longest;
    }

    /// <summary>Accepts a number of bytes, or a number with <c>KB</c>, <c>MB</c>, <c>GB</c> or <c>TB</c> in powers of 1024.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length > MaxLength)
        {
            return false;
        }

        text = text.Trim();
        (string Unit, int Shift)[] units = [("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40), ("B", 0), ("", 0)];
        foreach (var (unit, shift) in units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && TryParseNumber(text[..^unit.Length], out double number))
            {
                double total = number * (1L << shift);
                if (total > long.MaxValue / 2)
                {
                    return false;
                }

                bytes = (long)total;
                return true;
            }
        }

        return false;
    }

    /// <summary>A duration in the largest unit that gives a whole number, such as <c>90s</c> or <c>7d</c>.</summary>
    public static string FormatDuration(TimeSpan duration)
    {
        (string Unit, long Ticks)[] units =
        [
            ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ];
        (string unit, long ticks) = duration == TimeSpan.Zero
            ? ("s", TimeSpan.TicksPerSecond)
            : Array.Find(units, candidate => duration.Ticks % candidate.Ticks == 0) is { Unit: not null } whole
                ? whole
                : ("ms", TimeSpan.TicksPerMillisecond);
        return string.Create(CultureInfo.InvariantCulture, $"{(double)duration.Ticks / ticks}{unit}");
    }

    /// <summary>A size for display, such as <c>15.1 MB</c>.</summary>
    public static string FormatSize(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    private static bool TryParseNumber(string text, out double number) =>
        double.TryParse(text.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
}
