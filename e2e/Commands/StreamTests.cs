using System.Diagnostics;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Commands;

/// <summary>The real executable in surroundings that a shell has spoiled: it fails with one line.</summary>
public sealed class StreamTests
{
    private const string Unwritable = "Standard output cannot be written: ";

    [Theory]
    [InlineData("exec $MIRROR profile list >&-", Unwritable)]
    [InlineData("exec $MIRROR --help >/dev/full", Unwritable)]
    [InlineData("exec $MIRROR completion bash >/dev/full", Unwritable)]
    [InlineData("mkdir gone && cd gone && rmdir ../gone && exec $MIRROR status", "The working directory was deleted")]
    [InlineData("exec $MIRROR user create alice --password-stdin --url http://127.0.0.1:1 </dev/zero", "standard input has more than")]
    public async Task Command_InSpoiledSurroundings_FailsWithOneLine(string script, string expected)
    {
        var run = await RunAsync(script);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithAllStreamsClosed_StillEnds() =>
        Assert.Equal(1, (await RunAsync("$MIRROR frobnicate <&- >&- 2>&-")).ExitCode);

    [Fact]
    public async Task Command_WhoseReaderEnds_EndsToo() =>
        Assert.Equal("Description:\n", (await RunAsync("$MIRROR --help | head -n 1")).AssertSuccess().Text);

    private static async Task<ProgramRun> RunAsync(string script)
    {
        using var directory = new TemporaryDirectory();
        var start = MirrorExecutable.Built.Start(directory.Path);
        var shell = new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = start.WorkingDirectory };
        // dotnet itself does not start in a directory that was deleted.
        shell.Environment["MIRROR"] = Path.ChangeExtension(MirrorExecutable.BuiltPath, null);
        shell.Environment["XDG_CONFIG_HOME"] = directory.Path;
        return await ProgramRun.RunAsync(shell);
    }
}
