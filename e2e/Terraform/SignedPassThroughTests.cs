using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary>
/// <c>terraform init</c> through a <c>host</c> block for the mirror: Terraform verifies the publisher's signature itself and locks every
/// platform, which is not possible with a network mirror.
/// </summary>
public sealed class SignedPassThroughTests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public async Task Init_ThroughTheHostBlock_IsSignedAndLocksEveryPlatformEvenWithTheOriginStopped()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        await InitAsync(origin, project, HostBlock.For(mirror), Hello);
        string locked = project.LockFile;
        Assert.Equal(1, origin.Count(RequestKind.Package));
        origin.AssertNoViolations();

        project.Forget();
        await InitAsync(origin, project, HostBlock.For(mirror), Hello);
        Assert.Equal(locked, project.LockFile);
        Assert.Equal(1, origin.Count(RequestKind.Package));

        await mirror.WhenFillsEndedAsync();
        await origin.StopAsync();
        project.Forget();
        await InitAsync(origin, project, HostBlock.For(mirror), Hello);
        Assert.Equal(locked, project.LockFile);
        var readOnly = (await project.PasteAndRunAsync(HostBlock.For(mirror), "init", "-no-color", "-lockfile=readonly")).AssertSuccess();
        Assert.DoesNotContain("Incomplete lock file", readOnly.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_AfterTheNetworkMirrorCachedThePackage_DownloadsNoFurtherPackage()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var first = new TerraformProject(Hello);
        (await first.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        await mirror.WhenFillsEndedAsync();
        await origin.StopAsync();
        using var second = new TerraformProject(Hello);

        await InitAsync(origin, second, HostBlock.For(mirror), Hello);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_WithThisInstanceAsRegistryHost_PullsThroughFromTheDefaultOrigin()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(
            origin.ProvidersUrl, "--Mirror:Upstream:DefaultHost=registry.example.com");
        string address = $"localhost:{mirror.HttpsUrl.Port}/example/hello";
        using var project = new TerraformProject(address);
        string trust = $"export SSL_CERT_FILE='{mirror.AuthorityPath}'";

        await InitAsync(origin, project, trust, address);
        await mirror.WhenFillsEndedAsync();
        await origin.StopAsync();
        project.Forget();
        await InitAsync(origin, project, trust, address);
    }

    /// <summary>Installs version 2.0.0, and checks Terraform's output and the lock file.</summary>
    private static async Task InitAsync(FakeOrigin origin, TerraformProject project, string pasted, string address)
    {
        var run = (await project.PasteAndRunAsync(pasted, "init", "-no-color")).AssertSuccess();

        Assert.Contains(
            $"- Installed {address} v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Incomplete lock file", run.Text, StringComparison.Ordinal);
        var version = origin.Provider("example/hello")["2.0.0"];
        Assert.Contains(version.Package("linux_amd64").ContentHash, project.LockFile, StringComparison.Ordinal);
        Assert.All(
            ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"],
            platform => Assert.Contains(version.Package(platform).ZipHash, project.LockFile, StringComparison.Ordinal));
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        return origin;
    }
}
