using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>
/// A secret from standard input, so that it is in no process list and no shell history. A terminal prompts for it and does not show it.
/// </summary>
internal static class SecretInput
{
    /// <returns>The first line; empty if there is none.</returns>
    public static async Task<string> ReadAsync(string question, CancellationToken cancellationToken, TextReader? input = null)
    {
        if ((input ?? (Console.IsInputRedirected ? Console.In : null)) is { } reader)
        {
            return await reader.ReadLineAsync(cancellationToken) ?? "";
        }

        // Standard output is for the result of the command.
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes };
        var terminal = AnsiConsole.Create(settings);
        return await new TextPrompt<string>(question).AllowEmpty().Secret(null).ShowAsync(terminal, cancellationToken);
    }
}
