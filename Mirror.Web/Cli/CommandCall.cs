using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;

namespace Mirror.Web.Cli;

/// <summary>One call of a command: its arguments, its output, and the signal to stop.</summary>
internal sealed class CommandCall(ParseResult arguments, bool json, CancellationToken stop)
{
    public CommandOutput Output { get; } = new(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, json);

    public CommandEnvironment Environment { get; } = CommandEnvironment.Of(arguments);

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The value given, else the default; null if there is neither.</summary>
    public T Get<T>(Argument<T> argument) => arguments.GetValue(argument)!;

    /// <inheritdoc cref="Get{T}(Argument{T})"/>
    public T Get<T>(Option<T> option) => arguments.GetValue(option)!;

    /// <summary>The group or workspace of a command that cannot be without one.</summary>
    public NamespacePath Get(GroupSymbol group) => Find(group)!;

    /// <summary>The group or workspace; null if none is given and there is no default.</summary>
    public NamespacePath? Find(GroupSymbol group) => group.Find(arguments.CommandResult);

    /// <summary>Prints a result: the API's document, or a text.</summary>
    /// <returns>The exit code of success.</returns>
    public int Print<T>(T document, string text)
        where T : class
    {
        Output.Result(document, text);
        return ExitCodes.Success;
    }

    /// <summary>Prints a result that has no document of the API.</summary>
    /// <returns>The exit code of success.</returns>
    public int Print(JsonObject document, string text)
    {
        Output.Result(document, text);
        return ExitCodes.Success;
    }

    /// <summary>Prints a list: the API's document, or a table.</summary>
    /// <param name="rows">Those of the document.</param>
    /// <param name="empty">The text if there are no rows; null: the header alone.</param>
    /// <returns>The exit code of success.</returns>
    public int PrintTable<TDocument, TRow>(
        TDocument document, IEnumerable<TRow> rows, string? empty, params IReadOnlyList<TableColumn<TRow>> columns)
        where TDocument : class
    {
        List<TRow> list = [.. rows];
        if (Output.IsJson)
        {
            Output.Json(document);
        }
        else if (list.Count == 0 && empty is not null)
        {
            Output.Line(empty);
        }
        else
        {
            Output.Table(
                [.. columns.Select(column => new TableHeader(column.Header, column.Spare, column.Folds))],
                list.Select(row => (TableCell[])[.. columns.Select(column => column.CellOf(row))]));
        }

        return ExitCodes.Success;
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Spare">A narrow terminal omits it; of several, the first ones first.</param>
/// <param name="Folds">A narrow terminal continues long cells in the lines below.</param>
/// <param name="Tone">Null: that of the text.</param>
internal sealed record TableColumn<T>(
    string Header, Func<T, string> Cell, bool Spare = false, bool Folds = false, Func<T, Tone>? Tone = null)
{
    public TableCell CellOf(T row)
    {
        string text = Cell(row);
        return new TableCell(text, Tone?.Invoke(row) ?? Tones.Of(text));
    }
}
