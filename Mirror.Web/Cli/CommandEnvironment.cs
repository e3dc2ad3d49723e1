using System.Collections;
using System.CommandLine;

namespace Mirror.Web.Cli;

/// <summary>The surroundings of a command: tests give it others than those of their process.</summary>
/// <param name="WorkingDirectory">Where the configuration of this machine's server is.</param>
/// <param name="UserDirectory">The user's own settings of this program; null: the user has no home directory.</param>
/// <param name="Variables">The environment variables.</param>
/// <param name="Input">Standard input; null: the console's, at which a user may be asked.</param>
/// <param name="OpenBrowser">Shows a page to the user; null: there is no browser.</param>
internal sealed record CommandEnvironment(
    string WorkingDirectory,
    string? UserDirectory,
    IReadOnlyDictionary<string, string> Variables,
    TextReader? Input = null,
    Action<Uri>? OpenBrowser = null)
{
    private const string Name = "mirror";

    public static CommandEnvironment Of(ParseResult arguments) =>
        (arguments.InvocationConfiguration as CommandInvocation)?.Environment ?? OfThisProcess();

    private static CommandEnvironment OfThisProcess()
    {
        var comparer = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", comparer);
        return new CommandEnvironment(
            FindWorkingDirectory(), FindUserDirectory(variables), variables, OpenBrowser: SystemBrowser.Find(variables));
    }

    /// <exception cref="DirectoryNotFoundException">It was deleted.</exception>
    private static string FindWorkingDirectory()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (IOException e)
        {
            throw new DirectoryNotFoundException("The working directory was deleted; change to another directory.", e);
        }
    }

    /// <summary>The value of a variable; null if it is not set or empty.</summary>
    public string? Find(string variable) => Variables.GetValueOrDefault(variable) is { Length: > 0 } value ? value : null;

    // Its variables may hold tokens.
    public override string ToString() => WorkingDirectory;

    /// <summary>
    /// <c>%APPDATA%\mirror</c> on Windows, else <c>$XDG_CONFIG_HOME/mirror</c> or <c>~/.config/mirror</c>
    /// (https://specifications.freedesktop.org/basedir-spec/latest/).
    /// </summary>
    private static string? FindUserDirectory(Dictionary<string, string> variables)
    {
        if (OperatingSystem.IsWindows())
        {
            return Below(Environment.GetFolderPath(
                Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify));
        }

        // The specification has relative paths ignored.
        return variables.GetValueOrDefault("XDG_CONFIG_HOME") is { } configured && Path.IsPathRooted(configured)
            ? Below(configured)
            : Below(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config");
    }

    private static string? Below(string directory, params ReadOnlySpan<string> parts) =>
        directory.Length == 0 ? null : Path.Combine([directory, .. parts, Name]);
}

/// <summary>Runs a command in other surroundings than those of its process.</summary>
internal sealed class CommandInvocation(CommandEnvironment environment) : InvocationConfiguration
{
    public CommandEnvironment Environment => environment;
}
