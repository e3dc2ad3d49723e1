using System.Diagnostics;
using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary><c>mirror run</c> with the real executable and the real terraform.</summary>
public sealed class RunTests(CommandServer server) : IClassFixture<CommandServer>, IDisposable
{
    private const string Hello = CommandServer.Hello;

    private readonly TemporaryDirectory _home = new();
    private readonly TemporaryDirectory _temporary = new();

    private MirrorProcess Mirror => server.Mirror;

    public void Dispose()
    {
        _home.Dispose();
        _temporary.Dispose();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_WithOneCachedProvider_ReportsBothAndRecordsTheJob()
    {
        const string clock = "registry.example.com/example/clock";
        server.Origin.AddProvider("example/clock").AddVersions("3.3.0");
        (await Mirror.RunCommandAsync("sync", Hello, "--platform", "linux_amd64")).AssertSuccess();
        using var project = new TerraformProject(Hello, clock);

        var run = (await RunAsync("run", "--", "terraform", $"-chdir={project.Path}", "init", "-no-color")).AssertSuccess();

        Assert.EndsWith(
            $"""
            Provider caching summary...
            - Used cached {Hello} v2.0.0
            - Cached {clock} v3.3.0
            Provider caching has been completed

            """.ReplaceLineEndings("\n"),
            run.Output,
            StringComparison.Ordinal);
        Assert.Equal("", run.Error);
        string page = await Mirror.Client.GetStringAsync($"/groups/default/-/provider-mirrors/{clock}/3.3.0");
        Assert.Contains("(job: one Terraform run)", page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "(job: one Terraform run)",
            await Mirror.Client.GetStringAsync($"/groups/default/-/provider-mirrors/{Hello}/2.0.0"),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_temporary.Path, "mirror-run-*"));
    }

    [RequiresToolFact("terraform")]
    public async Task Init_FromADefaultRegistry_VerifiesThePublisherAndKeepsUserSettings()
    {
        await using var mirror = await MirrorProcess.StartAsync(
            "--Mirror:Upstream:Hosts:0:Name=registry.terraform.io", $"--Mirror:Upstream:Hosts:0:ProvidersUrl={server.Origin.ProvidersUrl}");
        Directory.CreateDirectory(_home.Combine("plugin-cache"));
        await File.WriteAllTextAsync(
            _home.Combine(".terraformrc"),
            $"plugin_cache_dir = \"{_home.Combine("plugin-cache")}\"\nhost \"registry.terraform.io\" {{\n  services = {{}}\n}}\n");
        using var project = new TerraformProject("example/hello");
        var start = Start(mirror.WorkingDirectory, "run", "--", "terraform", $"-chdir={project.Path}", "init", "-no-color");
        start.Environment["TF_TOKEN_registry_terraform_io"] = "the-users-own-token";

        var run = (await ProgramRun.RunAsync(start)).AssertSuccess();

        Assert.Contains(
            $"- Installed example/hello v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "Provider caching summary...\n- Cached example/hello v2.0.0\nProvider caching has been completed\n",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            server.Origin.Provider("example/hello")["2.0.0"].Package("darwin_arm64").ZipHash, project.LockFile, StringComparison.Ordinal);
        Assert.Equal($"Ignoring host \"registry.terraform.io\" of {_home.Combine(".terraformrc")} for this run.\n", run.Error);
        Assert.True(
            Directory.Exists(_home.Combine("plugin-cache", "registry.terraform.io/example/hello/2.0.0")),
            "The plugin cache of the user's configuration was not used.");
        server.Origin.AssertNoViolations();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_WithAForgedPackage_FailsAndReportsTheReason()
    {
        const string forged = "registry.example.com/example/forged";
        server.Origin.AddProvider("example/forged").AddVersions("1.0.0");
        server.Origin.Misbehave(request => request.Kind == RequestKind.Package
            && request.Path.Contains("forged", StringComparison.Ordinal), Fault.Flip(40));
        using var project = new TerraformProject(forged);

        var run = await RunAsync("run", "--json", "--", "terraform", $"-chdir={project.Path}", "init", "-no-color");

        Assert.Equal(1, run.ExitCode);
        using var report = JsonDocument.Parse(run.Output);
        Assert.Equal(
            ["workspace", "job", "exitCode", "packages"],
            report.RootElement.EnumerateObject().Select(member => member.Name));
        var package = report.RootElement.GetProperty("packages").EnumerateArray().Single();
        Assert.Equal(
            (1, forged, "1.0.0", "failed"),
            (
                report.RootElement.GetProperty("exitCode").GetInt32(),
                package.GetProperty("provider").GetString(),
                package.GetProperty("version").GetString(),
                package.GetProperty("outcome").GetString()));
        Assert.Contains("SHA-256", package.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("Initializing provider plugins", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_InARun_GetsItsConfigurationAndItsExitCodeIsReturned()
    {
        var run = await RunAsync(
            "run", "--", "sh", "-c", "stat -c %a \"$TF_CLI_CONFIG_FILE\" \"$SSL_CERT_FILE\"; cat \"$TF_CLI_CONFIG_FILE\"; exit 3");

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("600\n600\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"url = \"{Mirror.HttpsUrl}v1/mirror/\"", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("Provider caching summary...\nProvider caching has been completed\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_temporary.Path, "mirror-run-*"));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_DuringARun_IsForwardedAndLeavesNoFiles(string signal)
    {
        string ready = _home.Combine("ready");
        var start = Start(
            Mirror.WorkingDirectory,
            "run",
            "--",
            "sh",
            "-c",
            "trap 'echo caught; exit 7' $0; echo > $1; while :; do sleep 0.05; done",
            signal,
            ready);

        var run = await ProgramRun.RunAsync(start, async process =>
        {
            while (!File.Exists(ready) && !process.HasExited)
            {
                await Task.Delay(20);
            }

            await ProgramRun.SignalAsync(process, signal);
        });

        Assert.True(run.ExitCode == 7, run.Text);
        Assert.StartsWith("caught\nProvider caching summary...\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_temporary.Path, "mirror-run-*"));
    }

    [Fact]
    public async Task Server_Unavailable_IsReportedAndTheCommandRunsUnlessStrict()
    {
        string[] command = ["--url", "http://127.0.0.1:1", "--", "sh", "-c", "echo ran ${TF_CLI_CONFIG_FILE-directly}; exit 4"];

        var run = await RunAsync(["run", .. command]);
        var strict = await RunAsync(["run", "--strict", .. command]);

        Assert.Equal((4, "ran directly\n"), (run.ExitCode, run.Output));
        Assert.Contains("No mirror responds at http://127.0.0.1:1/", run.Error, StringComparison.Ordinal);
        Assert.Contains("without the mirror", run.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (strict.ExitCode, strict.Output));
        Assert.Contains("'sh' was not run", strict.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "'25h' is not valid", "run", "--lifetime", "25h", "--", "echo", "ran")]
    [InlineData(2, "'soon' is not valid", "run", "--lifetime", "soon", "--", "echo", "ran")]
    public async Task UsageError_IsReported_WithoutRunningTheCommand(int code, string expected, params string[] command)
    {
        var run = await RunAsync(command);

        Assert.True((code, "") == (run.ExitCode, run.Output), run.Text);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private Task<ProgramRun> RunAsync(params string[] command) => ProgramRun.RunAsync(Start(Mirror.WorkingDirectory, command));

    /// <summary>Prepares a start with a separate home directory and a separate directory for temporary files.</summary>
    private ProcessStartInfo Start(string workingDirectory, params string[] command)
    {
        var start = MirrorExecutable.Built.Start(workingDirectory, command);
        start.Environment["HOME"] = _home.Path;
        start.Environment["TMPDIR"] = _temporary.Path;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        return start;
    }
}
