using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary><c>terraform init</c> with the configuration that the server printed, and through its network mirror.</summary>
public sealed class InitTests
{
    private const string Hello = "registry.example.com/example/hello";

    /// <summary>Compares the exact output: a new user's first init shows the publisher's key, and no warning.</summary>
    [RequiresToolFact("terraform")]
    public async Task Init_WithThePrintedConfiguration_IsSignedAndLocksEveryPlatform()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(mirror.PrintedConfiguration, "init", "-no-color")).AssertSuccess();

        Assert.Contains(
            $"- Installed {Hello} v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", run.Text, StringComparison.Ordinal);
        var version = origin.Provider("example/hello")["2.0.0"];
        Assert.Contains(version.Package("linux_amd64").ContentHash, project.LockFile, StringComparison.Ordinal);
        Assert.All(
            ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"],
            platform => Assert.Contains(version.Package(platform).ZipHash, project.LockFile, StringComparison.Ordinal));
        origin.AssertNoViolations();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_ThroughTheNetworkMirror_InstallsFromTheMirror()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Hello} v2.0.0 (verified checksum)", run.Output, StringComparison.Ordinal);
        var package = origin.Provider("example/hello")["2.0.0"].Package("linux_amd64");
        Assert.Contains(package.ContentHash, project.LockFile, StringComparison.Ordinal);
        Assert.Equal(1, origin.Count(RequestKind.Package));
        await mirror.WhenFillsEndedAsync();
        Assert.Equal(package.Content, await File.ReadAllBytesAsync(Assert.Single(mirror.StoredFiles())));
        origin.AssertNoViolations();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_AgainWithTheOriginStopped_InstallsFromTheMirrorAndVerifies()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);
        (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        string locked = project.LockFile;
        await mirror.WhenFillsEndedAsync();
        await origin.StopAsync();
        project.Forget();

        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();

        Assert.Contains("(verified checksum)", run.Output, StringComparison.Ordinal);
        Assert.Equal(locked, project.LockFile);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_PastedFromTheDemo_InstallsTheExampleProvidersRepeatedly()
    {
        await using var mirror = await MirrorProcess.StartAsync("--demo");
        using var project = new TerraformProject();

        var first = (await project.PasteAsync(mirror.PrintedConfiguration)).AssertSuccess();
        project.Forget();
        var second = (await project.PasteAsync(mirror.PrintedConfiguration)).AssertSuccess();

        Assert.All(
            ["hello v2.0.0", "greeting v1.0.1", "clock v3.3.0"],
            provider => Assert.All(
                [first, second],
                run => Assert.Contains(
                    $"- Installed registry.example.com/example/{provider} (self-signed, key ID ", run.Output, StringComparison.Ordinal)));
        Assert.DoesNotContain("Warning", first.Text + second.Text, StringComparison.Ordinal);
        await mirror.WhenFillsEndedAsync();
        Assert.Equal(3, mirror.StoredFiles().Count);
        await mirror.StopAsync();
        Assert.False(Directory.Exists(mirror.DataDirectory), "The demo left its data behind.");
    }

    [RequiresToolFact("terraform")]
    public async Task ProvidersLock_ForThreePlatforms_LocksThePackageOfEachPlatform()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        var run = await project.PasteAndRunAsync(
            NetworkMirror.For(mirror), "providers", "lock", $"-net-mirror={mirror.HttpsUrl}v1/mirror/",
            "-platform=linux_amd64", "-platform=darwin_arm64", "-platform=windows_amd64");

        run.AssertSuccess();
        var version = origin.Provider("example/hello")["2.0.0"];
        Assert.All(
            ["linux_amd64", "darwin_arm64", "windows_amd64"],
            platform => Assert.Contains(version.Package(platform).ContentHash, project.LockFile, StringComparison.Ordinal));
        Assert.Equal(3, origin.Count(RequestKind.Package));
        origin.AssertNoViolations();
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        return origin;
    }
}
