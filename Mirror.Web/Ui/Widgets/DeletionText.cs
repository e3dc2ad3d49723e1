namespace Mirror.Web.Ui.Widgets;

/// <summary>What a confirmation says before something is deleted.</summary>
/// <param name="Question">Names what goes.</param>
/// <param name="Items">Everything that goes, one by one.</param>
/// <param name="Consequence">What happens afterwards.</param>
public sealed record DeletionText(string Question, IReadOnlyList<string> Items, string Consequence);
