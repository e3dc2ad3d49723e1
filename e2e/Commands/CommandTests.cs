using System.Net;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>Commands of the real executable with damaged packages, full disks and interruptions.</summary>
public sealed class CommandTests(CommandServer server) : IClassFixture<CommandServer>
{
    private const string Host = "registry.example.com";

    [Fact]
    public async Task FullDisk_DuringACommand_IsReportedAndTheRestCompletes()
    {
        string bundle = server.Files.Combine("bundle.tar");
        (await server.RunAsync("sync", CommandServer.Hello, "--platform", "linux_amd64")).AssertSuccess();
        (await server.RunAsync("export", bundle, CommandServer.Hello)).AssertSuccess();
        await using var full = await MirrorProcess.StartBeforeAsync(server.Origin.ProvidersUrl, "--Mirror:Packages:MinimumFreeSpace=900TB");

        var import = await full.RunCommandAsync("import", bundle);
        var sync = await full.RunCommandAsync("sync", CommandServer.Hello, "--platform", "linux_amd64");

        Assert.Equal((1, 1), (import.ExitCode, sync.ExitCode));
        Assert.Contains("no disk space", import.Error, StringComparison.Ordinal);
        Assert.Contains("MinimumFreeSpace", sync.Error, StringComparison.Ordinal);
        (await full.RunCommandAsync("list-versions", "default")).AssertSuccess();
    }

    [Fact]
    public async Task Verify_FlippedByte_IsReportedRefusedAndRepaired()
    {
        const string flipped = $"{Host}/example/flipped";
        const string package = $"/v1/mirror/{flipped}/terraform-provider-flipped_1.0.0_linux_amd64.zip";
        server.Origin.AddProvider("example/flipped").AddVersions("1.0.0");
        (await server.RunAsync("sync", flipped, "--platform", "linux_amd64")).AssertSuccess();
        string digest = server.Origin.Provider("example/flipped")["1.0.0"].Package("linux_amd64").ZipHash["zh:".Length..];
        string stored = server.Mirror.StoredFiles().Single(file => file.Contains(digest, StringComparison.Ordinal));
        byte[] content = await File.ReadAllBytesAsync(stored);
        byte[] damaged = [.. content];
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(stored, damaged);

        var found = await server.RunAsync("verify", "--json");
        using var refused = await server.Mirror.Client.GetAsync(package);
        var repaired = await server.RunAsync("verify", "--repair");

        Assert.Equal((1, 0), (found.ExitCode, repaired.ExitCode));
        Assert.Equal(
            "checked packages checkedSize size findings[fault sha256 group provider version platform outcome detail] ended",
            JsonShape.Of(found.Output));
        Assert.Contains($"damaged, out of service: {flipped} 1.0.0 linux_amd64", found.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Equal(content, await server.Mirror.Client.GetByteArrayAsync(package));
    }

    [Fact]
    public async Task Sync_Interrupted_CancelsAndReportsTheResult()
    {
        const string slow = $"{Host}/example/slow";
        const string fetched = $"\"provider\":\"{slow}\",\"version\":\"1.0.0\",\"platform\":\"linux_amd64\",\"state\":\"fetched\"";
        server.Origin.AddProvider("example/slow").AddVersions("1.0.0");
        var gate = new Gate();
        bool IsHeldUp(OriginRequest request) => request.Path.Contains("slow_1.0.0_darwin_arm64.zip", StringComparison.Ordinal);
        server.Origin.Misbehave(IsHeldUp, Fault.HangAfter(100, gate));
        var start = MirrorExecutable.Built.Start(
            server.Mirror.WorkingDirectory, "sync", slow, "--platform", "linux_amd64", "--platform", "darwin_arm64");

        var run = await ProgramRun.RunAsync(start, async process =>
        {
            await server.Origin.WhenRequested(IsHeldUp);
            while (!process.HasExited
                && !(await server.Mirror.Client.GetStringAsync("/api/v1/groups/default/syncs")).Contains(fetched, StringComparison.Ordinal))
            {
                await Task.Delay(50);
            }

            await ProgramRun.SignalAsync(process, "INT");
        });
        gate.Open();

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("Fetched 1, present 0, failed 0, not fetched 1.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("cancelled; fetched packages remain", run.Error, StringComparison.Ordinal);
    }
}
