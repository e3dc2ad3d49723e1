namespace Mirror.Web.Ui.Widgets;

/// <summary>The lifetimes of a new token that forms offer.</summary>
public static class TokenLifetime
{
    /// <summary>In days; zero means that the token does not expire.</summary>
    public static IReadOnlyList<int> Days { get; } = [7, 30, 90, 365, 0];

    public static int Default => 90;

    /// <summary>Null means that the token does not expire.</summary>
    public static TimeSpan? Of(int days) => days == 0 ? null : TimeSpan.FromDays(days);

    public static string Text(int days) => days switch
    {
        0 => Texts.TokenDoesNotExpire,
        365 => Texts.OneYear,
        _ => Texts.SeveralDays.With(days),
    };
}
