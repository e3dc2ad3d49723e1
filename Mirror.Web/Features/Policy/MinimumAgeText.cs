using Mirror.Core.Configuration;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary>The minimum release age as users read and enter it.</summary>
public static class MinimumAgeText
{
    public static string Show(TimeSpan? age) => age is { } known ? DurationText.Format(known) : Texts.AnyAge;

    /// <summary>The value of the field; empty for any age.</summary>
    public static string Edit(TimeSpan? age) => age switch
    {
        null => "",
        { } whole when whole.Ticks % TimeSpan.TicksPerDay == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerDay}d"),
        { } whole when whole.Ticks % TimeSpan.TicksPerHour == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerHour}h"),
        { } other => FormattableString.Invariant($"{other.Ticks / TimeSpan.TicksPerMinute}m"),
    };

    /// <param name="age">Null for any age.</param>
    /// <returns>False if the text is not a duration.</returns>
    public static bool TryParse(string text, out TimeSpan? age)
    {
        age = null;
        if (text.Trim().Length == 0)
        {
            return true;
        }

        if (!Quantity.TryParseDuration(text.Trim(), out var parsed))
        {
            return false;
        }

        age = parsed > TimeSpan.Zero ? parsed : null;
        return true;
    }
}
