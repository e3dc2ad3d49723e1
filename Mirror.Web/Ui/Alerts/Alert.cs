namespace Mirror.Web.Ui.Alerts;

/// <summary>Something that needs the attention of a user.</summary>
/// <param name="Icon">An icon of MudBlazor.</param>
/// <param name="Text">The problem and its effect.</param>
/// <param name="Url">The page about it.</param>
/// <param name="IsUrgent">Whether something fails now, in contrast to what will fail or is only new.</param>
public sealed record Alert(string Icon, string Text, string Url, bool IsUrgent);
