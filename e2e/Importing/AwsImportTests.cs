using System.Diagnostics;
using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Xunit.Abstractions;

namespace Mirror.E2E.Importing;

/// <summary>The largest common provider: 700 MB unpacked. The test measures the memory of each process over its whole lifetime.</summary>
public sealed class AwsImportTests(ITestOutputHelper output)
{
    // The hash in .terraform.lock.hcl files for this version.
    private const string PublishedHash = "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=";
    private const long MostMemory = 250L << 20;

    [RequiresAwsProviderFact]
    public async Task Import_OfTheRealAwsProvider_UsesConstantMemoryAndServesIt()
    {
        string directory = AwsProvider.FilesystemMirror
            ?? throw new InvalidOperationException("hashicorp/aws 5.100.0 is in no filesystem mirror of this machine.");
        await using var mirror = await MirrorProcess.StartAsync("--Mirror:Upstream:Mode=Offline");
        using var project = new TerraformProject("hashicorp/aws 5.100.0");
        var clock = Stopwatch.StartNew();

        var (import, clientPeak) = await mirror.RunMeasuredAsync("import", directory);
        import.AssertSuccess();
        Report("import", clock, clientPeak);
        Report("server after importing", clock, mirror.PeakMemory());

        var init = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        Report("server after serving", clock, mirror.PeakMemory());

        Assert.Contains("- Installed hashicorp/aws v5.100.0 (verified checksum)", init.Output, StringComparison.Ordinal);
        Assert.Contains($"\"{PublishedHash}\"", project.LockFile, StringComparison.Ordinal);
        var shown = (await mirror.RunCommandAsync("get-version", "hashicorp/aws", "5.100.0", "--json")).AssertSuccess();
        using var version = JsonDocument.Parse(shown.Output);
        Assert.Equal("imported", version.RootElement.GetProperty("trust").GetString());
        var platform = Assert.Single(version.RootElement.GetProperty("platforms").EnumerateArray());
        Assert.Contains(PublishedHash, platform.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
        Assert.InRange(clientPeak, 1, MostMemory);
        Assert.InRange(mirror.PeakMemory(), 1, MostMemory);
    }

    private void Report(string what, Stopwatch clock, long peak)
    {
        string line = $"{what}: {clock.Elapsed.TotalSeconds:0} s since the start, peak memory {peak / (1 << 20)} MB";
        output.WriteLine(line);
        // Printed on the console even if the test passes.
        Console.WriteLine(line);
    }
}
