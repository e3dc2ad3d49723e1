using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mirror.Web.Contracts;
using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>The output of a command: results on standard output as text or JSON, everything else on standard error.</summary>
internal sealed class CommandOutput(TextWriter output, TextWriter error, bool json)
{
    /// <summary>Of a terminal that does not report its width.</summary>
    private const int UsualWidth = 80;

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Default.Options)
    {
        WriteIndented = true,
        // For terminals and jq, not for web pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsJson => json;

    /// <summary>Whether a user is at the terminal: progress is then drawn, and questions can be asked.</summary>
    public bool IsInteractive => !json && IsTerminal(output) && !Console.IsInputRedirected;

    private bool IsColored => IsTerminal(output)
        && AnsiConsole.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    /// <summary>The width of the terminal: <c>COLUMNS</c>, else its own; null if the output is no terminal.</summary>
    public static int? WidthOf(TextWriter writer)
    {
        if (!IsTerminal(writer))
        {
            return null;
        }

        bool isSet = int.TryParse(
            Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns);
        return isSet && columns > 0 ? columns : Console.WindowWidth is > 0 and var width ? width : UsualWidth;
    }

    /// <summary>Prints no escape codes for colors, as with <c>NO_COLOR</c> in the environment.</summary>
    public static void DisableColors() => AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;

    public void Line(string text) => output.WriteLine(CommandText.Printable(text, IsColored));

    public void Error(string text) => error.WriteLine(CommandText.Printable(text));

    /// <summary>A document of the API, or with no <c>--json</c> the text.</summary>
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

    /// <summary>A document that only the command has, or with no <c>--json</c> the text.</summary>
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

    /// <summary>A document that only the command has.</summary>
    public void Json(JsonObject document) => output.WriteLine(document.ToJsonString(Indented));

    /// <summary>The text in a tone, if the terminal has colors.</summary>
    public string Paint(string text, Tone tone) => IsColored ? tone.Paint(text) : text;

    public void Table(IReadOnlyList<TableHeader> header, IEnumerable<IReadOnlyList<TableCell>> rows)
    {
        // A line break in a cell would look like a row.
        var printable = rows.Select(row => row.Select(cell => cell with { Text = CommandText.Printable(cell.Text).Replace('\n', '\uFFFD') }));
        foreach (string line in CommandTable.Lines(header, printable.Select(row => row.ToList()), WidthOf(output), IsColored))
        {
            Line(line);
        }
    }

    private static bool IsTerminal(TextWriter writer) => writer == Console.Out && !Console.IsOutputRedirected;

    /// <summary>Asks before a change that cannot be undone; without a terminal, that is bad usage.</summary>
    /// <returns>Null: confirmed; otherwise the exit code.</returns>
    public int? Confirm(string question, bool yes)
    {
        if (yes)
        {
            return null;
        }

        if (!IsInteractive)
        {
            Error($"{question} There is no terminal to ask for confirmation; confirm with --yes.");
            return ExitCodes.BadUsage;
        }

        return AnsiConsole.Confirm(Markup.Escape(question), defaultValue: false) ? null : ExitCodes.Failure;
    }
}
