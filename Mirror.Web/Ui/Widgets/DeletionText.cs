namespace Mirror.Web.Ui.Widgets;

/// <summary>The text of a confirmation before a deletion.</summary>
/// <param name="Question">Names the object to delete.</param>
/// <param name="Items">Everything that will be deleted.</param>
/// <param name="Consequence">The effect of the deletion.</param>
public sealed record DeletionText(string Question, IReadOnlyList<string> Items, string Consequence);
