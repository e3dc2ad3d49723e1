using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>
/// A secret from standard input, so that no list of processes and no shell history has it; at a terminal it is asked for and not shown.
/// </summary>
internal static class SecretInput
{
    /// <returns>The first line; empty where there is none.</returns>
    public static async Task<string> ReadAsync(string question, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
        {
            return await Console.In.ReadLineAsync(cancellationToken) ?? "";
        }

        // Standard output is for what the command is about.
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes };
        var terminal = AnsiConsole.Create(settings);
        return await new TextPrompt<string>(question).AllowEmpty().Secret(null).ShowAsync(terminal, cancellationToken);
    }
}
