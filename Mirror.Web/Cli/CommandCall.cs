using System.CommandLine;
using System.Text.Json.Nodes;

namespace Mirror.Web.Cli;

/// <summary>One call of a command: what was given, where its answer goes, and whether it is to stop.</summary>
internal sealed class CommandCall(ParseResult arguments, bool json, CancellationToken stop)
{
    public CommandOutput Output { get; } = new(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, json);

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The value given, else the default; null where there is neither.</summary>
    public T Get<T>(Argument<T> argument) => arguments.GetValue(argument)!;

    /// <inheritdoc cref="Get{T}(Argument{T})"/>
    public T Get<T>(Option<T> option) => arguments.GetValue(option)!;

    /// <summary>Prints what was done: the API's document, or a text.</summary>
    /// <returns>The exit code of success.</returns>
    public int Print<T>(T document, string text)
        where T : class
    {
        Output.Result(document, text);
        return ExitCodes.Success;
    }

    /// <summary>Prints what was done where the API has no document for it.</summary>
    /// <returns>The exit code of success.</returns>
    public int Print(JsonObject document, string text)
    {
        Output.Result(document, text);
        return ExitCodes.Success;
    }

    /// <summary>Prints a list: the API's document, or a table.</summary>
    /// <param name="rows">Those of the document.</param>
    /// <param name="empty">The text where there are no rows; null: the header alone.</param>
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
                [.. columns.Select(column => column.Header)],
                list.Select(row => (string[])[.. columns.Select(column => column.Cell(row))]),
                [.. columns.Where(column => column.Spare).Select(column => column.Header)]);
        }

        return ExitCodes.Success;
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Spare">A narrow terminal can do without it.</param>
internal sealed record TableColumn<T>(string Header, Func<T, string> Cell, bool Spare = false);
