using System.Text;
using Mirror.Core.Credentials;
using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>
/// A secret from standard input, so that it is in no process list and no shell history. A terminal prompts for it and does not show it.
/// </summary>
internal static class SecretInput
{
    /// <returns>The first line; empty if there is none.</returns>
    /// <exception cref="InvalidDataException">The line is longer than any secret.</exception>
    public static async Task<string> ReadAsync(string question, CancellationToken cancellationToken, TextReader? input = null)
    {
        if ((input ?? (Console.IsInputRedirected ? Console.In : null)) is { } reader)
        {
            // A console does not observe cancellation while it waits.
            return await Task.Run(() => ReadLine(reader), cancellationToken).WaitAsync(cancellationToken);
        }

        // Standard output is for the result of the command.
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes };
        var terminal = AnsiConsole.Create(settings);
        return await new TextPrompt<string>(question).AllowEmpty().Secret(null).ShowAsync(terminal, cancellationToken);
    }

    private static string ReadLine(TextReader reader)
    {
        var line = new StringBuilder();
        for (int letter = reader.Read(); letter is not (-1 or '\n'); letter = reader.Read())
        {
            if (line.Append((char)letter).Length > Variables.MaxLength + 1)
            {
                throw new InvalidDataException($"The first line of standard input has more than {Variables.MaxLength} characters.");
            }
        }

        return line.ToString().TrimEnd('\r');
    }
}
