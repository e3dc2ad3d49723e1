namespace Mirror.Web.Ui.Finding;

/// <summary>A result of a <see cref="Finder"/>.</summary>
/// <param name="Detail">More about it, or the difference to results with the same name; null if there is none.</param>
/// <param name="Icon">An icon of MudBlazor.</param>
/// <param name="Url">The page to open.</param>
public sealed record FinderItem(string Text, string? Detail, string Icon, string Url);

/// <summary>Results of one kind.</summary>
/// <param name="Rest">How many more match; null if that is unknown.</param>
public sealed record FinderSection(string Title, IReadOnlyList<FinderItem> Items, int? Rest = 0);
