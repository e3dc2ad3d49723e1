using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>Long-running commands of the real executable: they show progress, stop when interrupted, and resume.</summary>
public sealed class InterruptionTests(CommandServer server) : IClassFixture<CommandServer>
{
    private const int Packages = 40;
    // There are forty packages of about 12 KB.
    private const int HeldAfter = 150_000;

    private MirrorProcess Mirror => server.Mirror;

    [Fact]
    public async Task ImportAndExport_Interrupted_ReportTheResultAndResume()
    {
        string source = server.Files.Combine("source"), bundle = server.Files.Combine("bundle.tar");
        for (int i = 0; i < Packages; i++)
        {
            string type = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            string place = Path.Combine(source, "registry.example.com", "example", type);
            Directory.CreateDirectory(place);
            await File.WriteAllBytesAsync(
                Path.Combine(place, $"terraform-provider-{type}_1.0.0_linux_amd64.zip"), ProviderZip.Make(type, Noise(i)));
        }

        (await Mirror.RunCommandAsync("group", "create", "many")).AssertSuccess();
        var import = await InterruptAsync(Relay.HoldRequests(Mirror.Url, HeldAfter), "import", source, "--group-path", "many");
        var imported = (await Mirror.RunCommandAsync("import", source, "--group-path", "many")).AssertSuccess();
        var export = await InterruptAsync(Relay.HoldAnswers(Mirror.Url, HeldAfter), "export", bundle, "--group-path", "many");
        var exported = (await Mirror.RunCommandAsync("export", bundle, "--group-path", "many")).AssertSuccess();

        Assert.Equal((1, 1), (import.ExitCode, export.ExitCode));
        Assert.Contains("run the same command again", import.Error, StringComparison.Ordinal);
        Assert.Contains("run the same command again", export.Error, StringComparison.Ordinal);
        int done = Figure(import.Output, "Imported");
        Assert.InRange(done, 1, Packages - 1);
        // The active package may have arrived.
        Assert.InRange(Figure(imported.Output, "unchanged"), done, done + 1);
        Assert.Equal(Packages, Figure(imported.Output, "Imported") + Figure(imported.Output, "unchanged"));
        Assert.Equal(Figure(export.Output, "Exported"), Figure(exported.Output, "present"));
        Assert.Equal(Packages, Figure(exported.Output, "Exported") + Figure(exported.Output, "present"));
        (await Mirror.RunCommandAsync("import", bundle)).AssertSuccess();
    }

    [RequiresToolFact("script")]
    public async Task Progress_OnATerminal_IsABarAndOtherwiseLines()
    {
        string command = $"dotnet {MirrorExecutable.BuiltPath} sync {CommandServer.Hello} --force";

        var start = MirrorExecutable.Built.Start(Mirror.WorkingDirectory);
        start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"]) { WorkingDirectory = start.WorkingDirectory };
        start.Environment["TERM"] = "xterm-256color";
        var drawn = (await ProgramRun.RunAsync(start)).AssertSuccess();
        var lines = (await Mirror.RunCommandAsync("sync", CommandServer.Hello, "--force")).AssertSuccess();

        Assert.Contains("\x1b[", drawn.Output, StringComparison.Ordinal);
        Assert.Contains("100%", drawn.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\x1b[", lines.Output, StringComparison.Ordinal);
        Assert.Contains($"fetched {CommandServer.Hello} 2.0.0 linux_amd64 (", lines.Output, StringComparison.Ordinal);
    }

    private async Task<ProgramRun> InterruptAsync(Relay relay, params string[] command)
    {
        await using (relay)
        {
            var start = MirrorExecutable.Built.Start(Mirror.WorkingDirectory, command);
            start.Environment["MIRROR_URL"] = relay.Url.AbsoluteUri;
            start.Environment["MIRROR_TOKEN"] = await Mirror.ReadAdminTokenAsync();
            return await ProgramRun.RunAsync(start, async process =>
            {
                await Task.WhenAny(relay.WhenHeld, process.WaitForExitAsync());
                await ProgramRun.SignalAsync(process, "INT");
            });
        }
    }

    /// <summary>Text that cannot be compressed well.</summary>
    private static string Noise(int seed)
    {
        byte[] bytes = new byte[12_000];
        new Random(seed).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The number after a word in the last line.</summary>
    private static int Figure(string output, string word) =>
        int.Parse(Regex.Matches(output, $" ?{word} ([0-9]+)", RegexOptions.IgnoreCase)[^1].Groups[1].Value, CultureInfo.InvariantCulture);
}
