using System.Diagnostics;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>Tables of the real executable: as wide as the terminal and colored on one, plain everywhere else.</summary>
public sealed class TableTests(CommandServer server) : IClassFixture<CommandServer>
{
    private const string Green = "\x1b[32mverified\x1b[0m";

    [RequiresToolFact("script")]
    public async Task Table_OnATerminal_FitsAndIsColored()
    {
        await SyncAsync();

        string[] lines = await ShowAsync("", "list-versions", columns: 60);
        string[] wide = await ShowAsync("COLUMNS=200", "list-versions", columns: 60);

        Assert.Contains(lines, line => line.Contains(Green, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(Plain(line).Length <= 60, line));
        Assert.Contains(wide, line => Plain(line).StartsWith($"{CommandServer.Hello}  2.0.0", StringComparison.Ordinal));
    }

    [RequiresToolFact("script")]
    public async Task Table_OnATerminalWithoutColors_HasNone()
    {
        (string Environment, string Command)[] forms =
            [("NO_COLOR=1", "list-versions"), ("TERM=dumb", "list-versions"), ("", "list-versions --no-color")];
        await SyncAsync();

        foreach (var (environment, command) in forms)
        {
            string[] lines = await ShowAsync(environment, command, columns: 80);

            Assert.Contains(lines, line => line.Contains("  verified", StringComparison.Ordinal));
            Assert.All(lines, line => Assert.DoesNotMatch("\x1b\\[[0-9;]*m", line));
        }
    }

    [Fact]
    public async Task Table_InAFile_IsPlainWithOneLineForEachRow()
    {
        await SyncAsync();

        var run = await server.RunAsync("list-versions", "--group-path", "default");

        run.AssertSuccess();
        Assert.DoesNotContain("\x1b", run.Output, StringComparison.Ordinal);
        Assert.Matches($"(?m)^{Regex.Escape(CommandServer.Hello)}  2\\.0\\.0 +linux_amd64 +[0-9.]+[KMG]?B +verified  ", run.Output);
    }

    private async Task SyncAsync() => (await server.RunAsync("sync", CommandServer.Hello, "--platform", "linux_amd64")).AssertSuccess();

    private async Task<string[]> ShowAsync(string environment, string command, int columns)
    {
        string line = $"stty cols {columns}; {environment} dotnet {MirrorExecutable.BuiltPath} {command}";
        var start = new ProcessStartInfo("script", ["-qec", line, "/dev/null"]) { WorkingDirectory = server.Mirror.WorkingDirectory };
        start.Environment["TERM"] = "xterm-256color";
        return [.. (await ProgramRun.RunAsync(start)).AssertSuccess().Output.Split('\n').Select(text => text.TrimEnd('\r'))];
    }

    private static string Plain(string line) => Regex.Replace(line, "\x1b(\\[[0-9;?]*[a-zA-Z]|=)", "");
}
