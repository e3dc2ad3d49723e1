using AngleSharp.Dom;
using Bunit;
using MudBlazor;

namespace Mirror.Tests.Ui;

/// <summary>The dialogs and menus of the pages of a test. Create it before the page.</summary>
public sealed class Overlays(BunitContext context)
{
    private readonly IRenderedComponent<MudPopoverProvider> _popovers = context.Render<MudPopoverProvider>();

    public IRenderedComponent<MudDialogProvider> Dialogs { get; } = context.Render<MudDialogProvider>();

    /// <summary>Chooses an action from a menu; it may still run when the task ends.</summary>
    /// <param name="menu">The accessible name of the button that opens the menu.</param>
    public async Task ChooseAsync(IRenderedComponent<Microsoft.AspNetCore.Components.IComponent> page, string menu, string action)
    {
        await page.Find($"button[aria-label='{menu}']").ClickAsync(new());
        await _popovers.WaitForElements("[role=menuitem]").Single(item => item.TextContent == action).ClickAsync(new());
    }

    /// <summary>The field of the open dialog with this label.</summary>
    public IElement Field(string label)
    {
        string id = Dialogs.WaitForElements("label[for]").Single(element => element.TextContent == label).GetAttribute("for")!;
        return Dialogs.Find($"#{id}");
    }

    /// <summary>The radio button or box of the open dialog whose label contains the text.</summary>
    public IElement Choice(string text) =>
        Dialogs.WaitForElements("label").First(label => label.TextContent.Contains(text, StringComparison.Ordinal)).QuerySelector("input")!;

    /// <summary>Submits the form of the open dialog.</summary>
    public Task SubmitAsync() => Dialogs.Find("form").SubmitAsync();

    /// <summary>Presses a button of the open dialog.</summary>
    public Task PressAsync(string button) =>
        Dialogs.WaitForElements("button").Single(element => element.TextContent.Trim() == button).ClickAsync(new());

    /// <summary>The problem below a field of the open dialog.</summary>
    public string Problem(string label) => Dialogs.Find($"#{Field(label).Id}-problem").TextContent;

    /// <summary>The texts of the rows of a table, cell by cell without the last one, which has the menu.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(IElement table) =>
        [.. table.QuerySelectorAll("tbody tr").Select(row => (IReadOnlyList<string>)[.. row.QuerySelectorAll("td:not(.menu-cell)").Select(cell => Squash(cell.TextContent))])];

    private static string Squash(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
