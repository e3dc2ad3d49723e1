using Mirror.Tests.Protocols;

namespace Mirror.Tests.Commands;

public sealed class SyncCommandTests
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    [Fact]
    public async Task Sync_LatestForOnePlatform_FetchesAndSaysSo()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "linux_amd64", Hello);
        var again = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "linux_amd64", Hello);

        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        Assert.StartsWith($"fetched {Hello} 2.0.0 linux_amd64 (", sync.Output, StringComparison.Ordinal);
        Assert.EndsWith("Fetched 1, present 0, failed 0.\n", sync.Output, StringComparison.Ordinal);
        Assert.EndsWith("Fetched 0, present 1, failed 0.\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_ConstraintAsJson_HasEveryPackage()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--versions", "~> 1.0", "--platform", "linux_amd64", "--platform", "darwin_arm64", Hello, "--json");

        Assert.Equal(0, sync.ExitCode);
        Assert.Equal("succeeded", (string)sync.Json["state"]!);
        Assert.Equal(4, sync.Json["packages"]!.AsArray().Count);
    }

    [Fact]
    public async Task Sync_WhatTheOriginLacks_FailsWithTheReasonOnStandardError()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var platform = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "plan9_mips", Hello);
        var version = await CommandLine.RunAsync(mirror.Server, "sync", "--version", "9.9.9", Hello);
        await mirror.Origin.StopAsync();
        var down = await CommandLine.RunAsync(mirror.Server, "sync", $"{MirrorWithOrigin.Host}/example/other");

        Assert.Equal(1, platform.ExitCode);
        Assert.Contains("plan9_mips", platform.Error, StringComparison.Ordinal);
        Assert.Equal(1, version.ExitCode);
        Assert.Contains("9.9.9", version.Error, StringComparison.Ordinal);
        Assert.Equal(1, down.ExitCode);
        Assert.Contains("could not be reached", down.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws")]
    [InlineData("hashicorp/aws", "--versions", "latest")]
    [InlineData("hashicorp/aws", "--platform", "linux")]
    [InlineData("hashicorp/aws", "--version", "5.0.0", "--versions", "~> 5.0")]
    public async Task Sync_BadUsage_Is2AndNamesTheValue(params string[] args)
    {
        var sync = await CommandLine.RunAsync(["sync", .. args]);

        Assert.Equal(2, sync.ExitCode);
        Assert.Contains(args[^1] == "~> 5.0" ? "--versions" : $"'{args[^1]}'", sync.Error, StringComparison.Ordinal);
        Assert.Equal("", sync.Output);
    }
}
