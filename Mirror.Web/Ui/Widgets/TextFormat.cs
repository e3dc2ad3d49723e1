using System.Globalization;

namespace Mirror.Web.Ui.Widgets;

/// <summary>Fills the placeholders of texts from resource files.</summary>
public static class TextFormat
{
    /// <summary>The text with its placeholders, <c>{0}</c> and so on, replaced in the language of the user.</summary>
    public static string With(this string format, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.CurrentUICulture, format, values);

    /// <summary>The text for one or for several, in which <c>{0}</c> is the number.</summary>
    public static string Count(long number, string one, string several) =>
        (number == 1 ? one : several).With(number.ToString("N0", CultureInfo.InvariantCulture));
}
