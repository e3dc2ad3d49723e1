using System.CommandLine;

namespace Mirror.Web.Cli;

/// <summary>
/// <c>mirror completion</c>: prints a script with which a shell completes commands, options and values.
/// </summary>
internal static class CompletionCommand
{
    private const string Directive = "[suggest";

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName mirror -ScriptBlock {
          param($word, $line, $position)
          mirror "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _mirror() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _mirror mirror
            """,
        ["zsh"] = """
            #compdef mirror
            _mirror() {
              local -a found
              found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a found
            }
            compdef _mirror mirror
            """,
        ["fish"] = """
            complete -f -c mirror -a '(mirror "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
            """,
        ["powershell"] = PowerShell,
        ["pwsh"] = PowerShell,
    };

    private static readonly string[] Examples =
    [
        "source <(mirror completion bash)",
        "mirror completion bash > /etc/bash_completion.d/mirror",
        "mirror completion zsh > \"${fpath[1]}/_mirror\"",
        "mirror completion fish > ~/.config/fish/completions/mirror.fish",
        "mirror completion pwsh | Out-String | Invoke-Expression",
    ];

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish, powershell or pwsh. The last two are the same." }
            .AcceptOnly([.. Scripts.Select(script => (script.Key, script.Key))]);
        var command = new ServerCommand("completion", "Print a completion script for a shell.", Examples) { shell };
        command.SetAction(result => result.InvocationConfiguration.Output.WriteLine(Scripts[result.GetRequiredValue(shell)]));
        return command;
    }

    /// <summary>Whether a shell requests completions: the command line is then unfinished, not wrong.</summary>
    public static bool IsAsked(IReadOnlyList<string> args) => args.Count > 0 && args[0].StartsWith(Directive, StringComparison.Ordinal);
}
