using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Serving;

/// <summary>How the process ends: in order after a signal, and without leftover files after any other end.</summary>
public sealed class StopTests
{
    private const string Package = "/v1/mirror/registry.example.com/example/hello/terraform-provider-hello_1.0.0_linux_amd64.zip";

    [Fact]
    public async Task Terminate_DuringALongDownload_ExitsCleanlyAndLeavesNoFiles()
    {
        var gate = new Gate();
        await using var origin = StartOrigin(gate);
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Shutdown:Timeout=1s");
        using var package = await mirror.Client.GetAsync(Package, HttpCompletionOption.ResponseHeadersRead);

        await mirror.StopAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => package.Content.ReadAsByteArrayAsync());
        Assert.Empty(mirror.StoredFiles());
        Assert.Contains(
            "Could not fetch registry.example.com/example/hello 1.0.0 linux_amd64: The server is stopping.",
            mirror.Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TerminateTwice_DuringALongDownload_ExitsImmediatelyAndCleanly()
    {
        var gate = new Gate();
        await using var origin = StartOrigin(gate);
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Shutdown:Timeout=1h");
        using var package = await mirror.Client.GetAsync(Package, HttpCompletionOption.ResponseHeadersRead);
        await mirror.SignalAsync("TERM");
        await mirror.WhenLogged("Stopping");

        await mirror.StopAsync();

        Assert.Empty(mirror.StoredFiles());
    }

    [Fact]
    public async Task Kill_DuringALongDownload_IsCleanedUpByTheNextStart()
    {
        var gate = new Gate();
        await using var origin = StartOrigin(gate);
        await using var killed = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var package = await killed.Client.GetAsync(Package, HttpCompletionOption.ResponseHeadersRead);
        Assert.NotEmpty(killed.StoredFiles());
        await killed.KillAsync();
        gate.Open();

        await using var mirror = await MirrorProcess.StartBeforeAsync(
            origin.ProvidersUrl, $"--Mirror:DataDirectory={killed.DataDirectory}");

        Assert.Empty(mirror.StoredFiles());
        Assert.Equal(
            origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, await mirror.Client.GetByteArrayAsync(Package));
        await mirror.StopAsync();
    }

    private static FakeOrigin StartOrigin(Gate gate)
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64").PackageSize(400_000));
        origin.Misbehave(RequestKind.Package, Fault.HangAfter(100_000, gate));
        return origin;
    }
}
