using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>Every command of the real executable against a real server: help, JSON, errors and exit codes.</summary>
public sealed partial class CommandTests : IAsyncLifetime, IDisposable
{
    private const string Hello = "registry.example.com/example/hello";

    private readonly FakeOrigin _origin = FakeOrigin.Start();
    private readonly TemporaryDirectory _directory = new();

    private MirrorProcess Mirror { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        Mirror = await MirrorProcess.StartBeforeAsync(_origin.ProvidersUrl);
    }

    public async Task DisposeAsync()
    {
        await Mirror.DisposeAsync();
        await _origin.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Help_OfEveryCommand_DescribesItWithExamples()
    {
        string[] withoutExamples = ["serve", "terraform-provider-mirror"];
        var root = (await Mirror.RunCommandAsync("--help")).AssertSuccess();
        var commands = CommandsIn(root.Output);

        Assert.Superset(
            new HashSet<string>(["serve", "sync", "run", "refresh", "import", "export", "list-versions", "get-version", "list-platforms", "delete-version", "delete-platform", "verify", "backup", "restore", "completion"]),
            commands.ToHashSet());
        var asked = new Queue<string>(commands);
        while (asked.TryDequeue(out string? command))
        {
            var help = (await Mirror.RunCommandAsync([.. command.Split(' '), "--help"])).AssertSuccess();
            Assert.Equal("", help.Error);
            Assert.StartsWith("Description:", help.Output, StringComparison.Ordinal);
            Assert.Contains($"Usage:\n  mirror {command}", help.Output, StringComparison.Ordinal);
            var below = CommandsIn(help.Output);
            Assert.True(below.Count > 0 || withoutExamples.Contains(command) || help.Output.Contains("\nExamples:\n", StringComparison.Ordinal), $"{command} --help has no examples.");
            foreach (string name in below.Where(_ => !withoutExamples.Contains(command)))
            {
                asked.Enqueue($"{command} {name}");
            }
        }
    }

    [Fact]
    public async Task Json_OfEveryCommand_HasItsShape()
    {
        string bundle = _directory.Combine("bundle.tar"), backup = _directory.Combine("backup.tar");

        await AssertShapeAsync(["sync", "--versions", ">= 1.0", "--platform", "linux_amd64", "--platform", "darwin_arm64", Hello],
            "id group state error createdAt createdBy endedAt packages[provider version platform state received size error]");
        await AssertShapeAsync(["list-versions", "default", "--search", "hello", "--sort", "version", "--take", "1"],
            "items[provider version platforms trust signedBy cachedAt cachedBy lastUsedAt size] total");
        await AssertShapeAsync(["get-version", Hello, "1.0.0"], "provider version trust proof cachedAt cachedBy platforms[platform hashes size trust cachedAt cachedBy lastUsedAt downloads]");
        await AssertShapeAsync(["list-platforms", Hello, "1.0.0"], "platforms[platform hashes size trust cachedAt cachedBy lastUsedAt downloads]");
        await AssertShapeAsync(["export", bundle], "path exported present failed through interrupted packages[provider version platform path outcome size error]");
        await AssertShapeAsync(["import", bundle], "imported unchanged failed interrupted packages[provider version platform path outcome hashes size warnings error] skipped");
        await AssertShapeAsync(["refresh", Hello], "provider");
        await AssertShapeAsync(["verify"], "checked packages checkedSize size findings ended");
        await AssertShapeAsync(["audit", "--take", "1"], "items[id at group action succeeded by address provider version platform target detail] next");
        await AssertShapeAsync(["backup", backup], "path packages size gone");
        await AssertShapeAsync(["delete-platform", "default", Hello, "1.0.0", "darwin_arm64", "--yes"], "groupPath provider version platform");
        await AssertShapeAsync(["delete-version", "default", Hello, "1.0.0", "--yes"], "groupPath provider version platform");
        using var other = new TemporaryDirectory();
        var restored = (await MirrorExecutable.Built.RunAsync(other.Path, "restore", backup, "--json")).AssertSuccess();
        Assert.Equal("path packages size gone", JsonShape.Of(restored.Output));
    }

    [Theory]
    [InlineData(1, "no group or workspace 'nowhere'", "list-versions", "nowhere")]
    [InlineData(1, "9.9.9 is not stored", "get-version", Hello, "9.9.9")]
    [InlineData(1, "Another mirror is using the data directory", "restore", "/etc/hostname")]
    [InlineData(1, "stores nothing of that", "export", "nothing.tar", "hashicorp/none")]
    [InlineData(1, "holds no packages", "import", "data/staging")]
    [InlineData(2, "'newest' is not a version constraint", "sync", "--versions", "newest", Hello)]
    [InlineData(2, "'linux' is not a platform", "sync", "--platform", "linux", Hello)]
    [InlineData(2, "'hello' is not a provider source address", "refresh", "hello")]
    [InlineData(2, "confirm with --yes", "delete-version", "default", Hello, "1.0.0")]
    [InlineData(2, "does not exist", "import", "/no/such/place")]
    [InlineData(2, "'tcsh'", "completion", "tcsh")]
    public async Task Error_IsOnStandardError_WithItsExitCode(int code, string expected, params string[] command)
    {
        var run = await Mirror.RunCommandAsync(command);

        Assert.True((code, "") == (run.ExitCode, run.Output), run.Text);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_OfTheSurroundings_SaysWhatToDo()
    {
        using var elsewhere = new TemporaryDirectory();
        string url = Mirror.Url.ToString();

        var anonymous = await MirrorExecutable.Built.RunAsync(elsewhere.Path, "refresh", "--url", url);
        var wrong = await MirrorExecutable.Built.RunAsync(elsewhere.Path, "sync", Hello, "--url", url, "--token", "wrong");
        using var made = await Mirror.Client.PostAsync("/api/v1/groups/default/jobs", null);
        string job = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        var forbidden = await MirrorExecutable.Built.RunAsync(elsewhere.Path, "refresh", "--url", url, "--token", job);
        var closed = await MirrorExecutable.Built.RunAsync(elsewhere.Path, "list-versions", "default", "--url", "http://127.0.0.1:1");
        await _origin.StopAsync();
        var down = await Mirror.RunCommandAsync("sync", Hello);

        Assert.Equal((1, 1, 1, 1, 1), (anonymous.ExitCode, wrong.ExitCode, forbidden.ExitCode, closed.ExitCode, down.ExitCode));
        Assert.Contains("Not permitted", forbidden.Error, StringComparison.Ordinal);
        Assert.Contains("MIRROR_TOKEN", anonymous.Error, StringComparison.Ordinal);
        Assert.Contains("The token is not valid", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("mirror serve", closed.Error, StringComparison.Ordinal);
        Assert.Contains("could not be reached", down.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_FullDisk_IsToldWithoutLosingTheRest()
    {
        string bundle = _directory.Combine("bundle.tar");
        (await Mirror.RunCommandAsync("sync", Hello, "--platform", "linux_amd64")).AssertSuccess();
        (await Mirror.RunCommandAsync("export", bundle)).AssertSuccess();
        await using var full = await MirrorProcess.StartBeforeAsync(_origin.ProvidersUrl, "--Mirror:Packages:MinimumFreeSpace=900TB");

        var import = await full.RunCommandAsync("import", bundle);
        var sync = await full.RunCommandAsync("sync", Hello, "--platform", "linux_amd64");

        Assert.Equal((1, 1), (import.ExitCode, sync.ExitCode));
        Assert.Contains("The disk is full", import.Output, StringComparison.Ordinal);
        Assert.Contains("MinimumFreeSpace", sync.Error, StringComparison.Ordinal);
        (await full.RunCommandAsync("list-versions", "default")).AssertSuccess();
    }

    [Fact]
    public async Task Verify_AFlippedByte_IsFoundThenRefusedAndHealedByRepair()
    {
        const string package = "/v1/mirror/registry.example.com/example/hello/terraform-provider-hello_1.0.0_linux_amd64.zip";
        (await Mirror.RunCommandAsync("sync", Hello, "--version", "1.0.0", "--platform", "linux_amd64")).AssertSuccess();
        string stored = Assert.Single(Mirror.StoredFiles());
        byte[] content = await File.ReadAllBytesAsync(stored);
        byte[] damaged = [.. content];
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(stored, damaged);

        var found = await Mirror.RunCommandAsync("verify");
        using var refused = await Mirror.Client.GetAsync(package);
        var repaired = await Mirror.RunCommandAsync("verify", "--repair");

        Assert.Equal((1, 0), (found.ExitCode, repaired.ExitCode));
        Assert.Contains($"damaged, out of service: {Hello} 1.0.0 linux_amd64", found.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Equal(content, await Mirror.Client.GetByteArrayAsync(package));
    }

    [Fact]
    public async Task Sync_Interrupted_CancelsAndSaysWhatWasDone()
    {
        var gate = new Gate();
        _origin.Misbehave(request => request.Path.Contains("darwin_arm64.zip", StringComparison.Ordinal), Fault.HangAfter(100, gate));
        var start = MirrorExecutable.Built.Start(Mirror.WorkingDirectory, "sync", Hello, "--platform", "linux_amd64", "--platform", "darwin_arm64");
        bool fetched = false;

        var run = await ProgramRun.RunAsync(start, async process =>
        {
            await _origin.WhenRequested(request => request.Path.Contains("darwin_arm64.zip", StringComparison.Ordinal));
            while (!fetched && !process.HasExited)
            {
                fetched = (await Mirror.Client.GetStringAsync("/api/v1/groups/default/syncs")).Contains("\"fetched\"", StringComparison.Ordinal);
                await Task.Delay(50);
            }

            (await ProgramRun.RunAsync(new ProcessStartInfo("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))).AssertSuccess();
        });
        gate.Open();

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("Fetched 1, present 0, failed 0, not fetched 1.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("cancelled; what had been fetched stays", run.Error, StringComparison.Ordinal);
    }

    private async Task AssertShapeAsync(string[] command, string expected)
    {
        var run = (await Mirror.RunCommandAsync([.. command, "--json"])).AssertSuccess();
        Assert.Equal((expected, ""), (JsonShape.Of(run.Output), run.Error));
    }

    private static List<string> CommandsIn(string help) => help.Split("\nCommands:\n") is [_, var commands]
        ? [.. commands.Split('\n').Select(line => CommandName().Match(line).Groups[1].Value).Where(name => name.Length > 0)]
        : [];

    [GeneratedRegex("^  ([a-z-]+)")]
    private static partial Regex CommandName();
}
