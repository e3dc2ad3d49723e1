using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mirror.Web.Contracts;
using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>What a command prints: results on standard output as text or JSON, everything else on standard error.</summary>
internal sealed class CommandOutput(TextWriter output, TextWriter error, bool json)
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Default.Options)
    {
        WriteIndented = true,
        // For terminals and jq, not for web pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsJson => json;

    /// <summary>Whether a person watches: then progress is drawn, and questions can be asked.</summary>
    public bool IsInteractive => !json && output == Console.Out && !Console.IsOutputRedirected && !Console.IsInputRedirected;

    /// <summary>The width of the terminal that is written to; null where it is none.</summary>
    public static int? WidthOf(TextWriter writer) =>
        writer == Console.Out && !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var width ? width : null;

    public void Line(string text) => output.WriteLine(text);

    public void Error(string text) => error.WriteLine(text);

    /// <summary>A document of the API, or the text: as was asked for.</summary>
    public void Result<T>(T document, string text)
        where T : class
    {
        if (IsJson)
        {
            Json(document);
        }
        else
        {
            Line(text);
        }
    }

    /// <summary>A document of the command's own, or the text: as was asked for.</summary>
    public void Result(JsonObject document, string text)
    {
        if (IsJson)
        {
            Json(document);
        }
        else
        {
            Line(text);
        }
    }

    /// <summary>A document of the API.</summary>
    public void Json<T>(T document)
        where T : class => output.WriteLine(JsonSerializer.Serialize(document, (JsonTypeInfo<T>)Indented.GetTypeInfo(typeof(T))));

    /// <summary>A document of the command's own.</summary>
    public void Json(JsonObject document) => output.WriteLine(document.ToJsonString(Indented));

    /// <param name="spare">The headers of columns that a narrow terminal can do without.</param>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, params IReadOnlyList<string> spare)
    {
        foreach (string line in CommandTable.Lines(header, rows.Select(Printable), WidthOf(output), spare))
        {
            Line(line);
        }
    }

    // Text from requests and registries may hold control characters, which a terminal obeys.
    private static IReadOnlyList<string> Printable(IReadOnlyList<string> row) => [.. row.Select(cell => cell.Any(char.IsControl)
        ? string.Concat(cell.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter))
        : cell)];

    /// <summary>Asks before something that cannot be undone; without a terminal, that is bad usage.</summary>
    /// <returns>Null: go on; otherwise the exit code.</returns>
    public int? Confirm(string question, bool yes)
    {
        if (yes)
        {
            return null;
        }

        if (!IsInteractive)
        {
            Error($"{question} Nobody can be asked here: confirm with --yes.");
            return ExitCodes.BadUsage;
        }

        return AnsiConsole.Confirm(Markup.Escape(question), defaultValue: false) ? null : ExitCodes.Failure;
    }
}
