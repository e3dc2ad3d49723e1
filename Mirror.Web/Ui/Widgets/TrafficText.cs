using Mirror.Core.Configuration;

namespace Mirror.Web.Ui.Widgets;

/// <summary>Formats transferred bytes for display, some of which are not known because downloads were redirected.</summary>
public static class TrafficText
{
    /// <returns><c>20 MB</c>, <c>at least 20 MB</c>, <c>unknown</c>.</returns>
    public static string Size(long bytes, long redirected) => (bytes, redirected) switch
    {
        (0, 0) => "0",
        (0, _) => Ui.Texts.Unknown,
        (_, 0) => Quantity.FormatSize(bytes),
        _ => Ui.Texts.AtLeast.With(Quantity.FormatSize(bytes)),
    };
}
