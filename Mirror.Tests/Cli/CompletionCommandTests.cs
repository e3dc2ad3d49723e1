namespace Mirror.Tests.Cli;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -o default -F _mirror mirror")]
    [InlineData("zsh", "compdef _mirror mirror")]
    [InlineData("fish", "complete -f -c mirror")]
    [InlineData("powershell", "Register-ArgumentCompleter")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_ForAShell_CallsTheExecutable(string shell, string expected)
    {
        var script = await CommandLine.RunAsync("completion", shell);

        Assert.Equal((0, ""), (script.ExitCode, script.Error));
        Assert.Contains(expected, script.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mirror li", "list-versions")]
    [InlineData("mirror list-versions default --so", "--sort")]
    [InlineData("mirror list-versions default --sort ", "cachedAt")]
    [InlineData("mirror completion ", "bash")]
    [InlineData("mirror sync --platform ", "linux_amd64")]
    public async Task Suggest_IncompleteCommand_ListsCompletions(string line, string expected)
    {
        var suggested = await CommandLine.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (suggested.ExitCode, suggested.Error));
        Assert.Contains(expected, suggested.Output.Split('\n').Select(item => item.Trim()));
    }

    [Fact]
    public async Task Completion_ForAnUnknownShell_IsAUsageError()
    {
        var script = await CommandLine.RunAsync("completion", "cmd");

        Assert.Equal(2, script.ExitCode);
        Assert.Contains("'cmd'", script.Error, StringComparison.Ordinal);
    }
}
