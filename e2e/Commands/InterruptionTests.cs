using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>Long commands of the real executable: how they show that they go on, that they stop when told to, and that they go on from there.</summary>
public sealed class InterruptionTests(CommandServer server) : IClassFixture<CommandServer>
{
    private const int Packages = 400;

    private MirrorProcess Mirror => server.Mirror;

    [Fact]
    public async Task ImportAndExport_Interrupted_SayWhatWasDoneAndGoOnFromThere()
    {
        string source = server.Files.Combine("source"), bundle = server.Files.Combine("bundle.tar");
        for (int i = 0; i < Packages; i++)
        {
            string type = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            string place = Path.Combine(source, "registry.example.com", "example", type);
            Directory.CreateDirectory(place);
            await File.WriteAllBytesAsync(Path.Combine(place, $"terraform-provider-{type}_1.0.0_linux_amd64.zip"), ProviderZip.Make(type, type));
        }

        (await Mirror.RunCommandAsync("group", "create", "many")).AssertSuccess();
        int before = Mirror.StoredFiles().Count;
        var import = await InterruptAsync(() => Mirror.StoredFiles().Count > before + 3, "import", source, "--group-path", "many");
        var imported = (await Mirror.RunCommandAsync("import", source, "--group-path", "many")).AssertSuccess();
        var export = await InterruptAsync(() => File.Exists(bundle + ".part") && new FileInfo(bundle + ".part").Length > 4096, "export", bundle, "--group-path", "many");
        var exported = (await Mirror.RunCommandAsync("export", bundle, "--group-path", "many")).AssertSuccess();

        Assert.Equal((1, 1), (import.ExitCode, export.ExitCode));
        Assert.Contains("the same command goes on from here", import.Error, StringComparison.Ordinal);
        Assert.Contains("the same command goes on from here", export.Error, StringComparison.Ordinal);
        int done = Figure(import.Output, "Imported");
        Assert.InRange(done, 1, Packages - 1);
        // The one under way may have arrived after all.
        Assert.InRange(Figure(imported.Output, "unchanged"), done, done + 1);
        Assert.Equal(Packages, Figure(imported.Output, "Imported") + Figure(imported.Output, "unchanged"));
        Assert.Equal(Figure(export.Output, "Exported"), Figure(exported.Output, "present"));
        Assert.Equal(Packages, Figure(exported.Output, "Exported") + Figure(exported.Output, "present"));
        (await Mirror.RunCommandAsync("import", bundle)).AssertSuccess();
    }

    [RequiresToolFact("script")]
    public async Task Progress_OnATerminal_IsDrawn_AndElsewhereLines()
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

    private Task<ProgramRun> InterruptAsync(Func<bool> when, params string[] command) =>
        ProgramRun.RunAsync(MirrorExecutable.Built.Start(Mirror.WorkingDirectory, command), async process =>
        {
            while (!when() && !process.HasExited)
            {
                await Task.Delay(5);
            }

            (await ProgramRun.RunAsync(new ProcessStartInfo("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))).AssertSuccess();
        });

    /// <summary>The number behind a word in the last line.</summary>
    private static int Figure(string output, string word) =>
        int.Parse(Regex.Matches(output, $" ?{word} ([0-9]+)", RegexOptions.IgnoreCase)[^1].Groups[1].Value, CultureInfo.InvariantCulture);
}
