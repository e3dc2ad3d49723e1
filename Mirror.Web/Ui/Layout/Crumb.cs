namespace Mirror.Web.Ui.Layout;

/// <summary>A step of the breadcrumb.</summary>
/// <param name="Url">Null for the current page and for steps without a page.</param>
public sealed record Crumb(string Text, string? Url = null);
