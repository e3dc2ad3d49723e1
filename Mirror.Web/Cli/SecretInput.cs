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

    /// <summary>Reads a secret of several lines, such as an armored key, which a terminal cannot hide.</summary>
    /// <param name="maxLength">In characters.</param>
    /// <exception cref="UsageException">Standard input is a terminal.</exception>
    /// <exception cref="InvalidDataException">There is more text.</exception>
    public static async Task<string> ReadAllAsync(int maxLength, CancellationToken cancellationToken, TextReader? input = null)
    {
        var reader = input ?? (Console.IsInputRedirected
            ? Console.In
            : throw new UsageException("Standard input is a terminal; expected the key, such as from 'gpg --armor --export-secret-keys KEY |'."));
        char[] text = new char[maxLength + 1];
        int length = await Task.Run(() => reader.ReadBlock(text, 0, text.Length), cancellationToken).WaitAsync(cancellationToken);
        return length <= maxLength
            ? new string(text, 0, length)
            : throw new InvalidDataException(FormattableString.Invariant($"Standard input has more than {maxLength} characters."));
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
