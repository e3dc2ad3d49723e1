using System.Globalization;

namespace Mirror.Web.Ui.Widgets;

/// <summary>How long a new token is to work, as forms offer it.</summary>
public static class TokenLifetime
{
    /// <summary>Zero stands for a token that does not end by itself.</summary>
    public static IReadOnlyList<int> Days { get; } = [7, 30, 90, 365, 0];

    public static int Default => 90;

    /// <summary>Null: it does not end by itself.</summary>
    public static TimeSpan? Of(int days) => days == 0 ? null : TimeSpan.FromDays(days);

    public static string Text(int days) => days switch
    {
        0 => "does not expire",
        365 => "1 year",
        _ => string.Create(CultureInfo.InvariantCulture, $"{days} days"),
    };
}
