namespace Mirror.Web.Ui.Layout;

/// <summary>A step of the breadcrumb.</summary>
/// <param name="Url">Null where there is no page to go to, and for the page itself.</param>
public sealed record Crumb(string Text, string? Url = null);
