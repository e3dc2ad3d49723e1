using Mirror.Core.Storage.Objects;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;
using Mirror.Tests.Storage.Objects;

namespace Mirror.E2E.Scale;

/// <summary>The real client with packages in S3, and bundles in S3.</summary>
public sealed class S3ClientTests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public async Task Init_WithPresignedDownloads_InstallsFromTheStore()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        await using var mirror = await StartAsync(origin, "--Mirror:Packages:S3:PresignedDownloads=true");

        await InitAsync(mirror);
        await mirror.WhenFillsEndedAsync();
        await InitAsync(mirror);

        Assert.Contains("mirror_package_redirected_total{} 1", await mirror.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_OfACachedPackage_WorksWithoutTheStore()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        var store = await S3Server.StartAsync();
        await using var mirror = await StartAsync(
            origin, $"--Mirror:Packages:S3:ServiceUrl={store.Url}", "--Mirror:Packages:LocalCache=1GB");
        await InitAsync(mirror);
        await mirror.WhenFillsEndedAsync();
        await store.DisposeAsync();

        await InitAsync(mirror);

        Assert.Contains("mirror_local_cache_requests_total{cache=\"hit\"}", await mirror.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_ExportedToS3_IsImportedFromThere()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        await using var mirror = await StartAsync(origin);
        (await mirror.RunCommandAsync("sync", Hello, "--versions", ">=1.0.0", "--platform", "linux_amd64")).AssertSuccess();
        string url = $"s3://{S3Server.Bucket}/e2e/{Guid.NewGuid():N}/providers.tar";

        var exported = (await RunAsync(mirror, "export", url)).AssertSuccess();
        (await mirror.RunCommandAsync("delete-version", "default", Hello, "1.0.0", "--yes")).AssertSuccess();
        var imported = (await RunAsync(mirror, "import", url)).AssertSuccess();
        var missing = await RunAsync(mirror, "import", url + ".tar");
        var denied = await RunAsync(mirror, "export", "s3://no-such-bucket/providers.tar");

        Assert.Contains($"Exported 2, present 0, failed 0: {url}", exported.Output, StringComparison.Ordinal);
        Assert.Contains("Imported 1, unchanged 1, failed 0.", imported.Output, StringComparison.Ordinal);
        Assert.Equal((1, $"'{url}.tar' does not exist."), (missing.ExitCode, missing.Error.TrimEnd()));
        Assert.Equal((1, "s3://no-such-bucket does not exist."), (denied.ExitCode, denied.Error.TrimEnd()));
        Assert.Empty(Directory.GetDirectories(mirror.WorkingDirectory, "mirror-export-*"));
    }

    [Fact]
    public async Task Export_WithoutThePackages_LeavesNoObject()
    {
        await using var origin = FakeOrigin.Start();
        await using var mirror = await StartAsync(origin);
        string prefix = $"e2e/{Guid.NewGuid():N}";

        (await RunAsync(mirror, "export", $"s3://{S3Server.Bucket}/{prefix}/providers.tar")).AssertFailure();

        using var objects = ObjectStores.Open(S3Server.Options(await S3Server.GetUrlAsync(), prefix), TimeProvider.System);
        Assert.Equal(0, await objects.ListAsync("", CancellationToken.None).CountAsync());
    }

    private static async Task<MirrorProcess> StartAsync(FakeOrigin origin, params string[] arguments) => await MirrorProcess.StartBeforeAsync(
        origin.ProvidersUrl,
        [
            "--Mirror:Packages:Store=S3",
            $"--Mirror:Packages:S3:ServiceUrl={await S3Server.GetUrlAsync()}",
            $"--Mirror:Packages:S3:Bucket={S3Server.Bucket}",
            $"--Mirror:Packages:S3:Prefix=e2e/{Guid.NewGuid():N}",
            "--Mirror:Packages:S3:AccessKey=S3RVER",
            "--Mirror:Packages:S3:SecretKey=S3RVER",
            .. arguments,
        ]);

    private static async Task InitAsync(MirrorProcess mirror)
    {
        using var project = new TerraformProject(Hello);
        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        Assert.Contains($"- Installed {Hello} v1.0.0 (verified checksum)", run.Output, StringComparison.Ordinal);
    }

    private static async Task<ProgramRun> RunAsync(MirrorProcess mirror, params string[] arguments)
    {
        var start = MirrorExecutable.Built.Start(mirror.WorkingDirectory, arguments);
        start.Environment["AWS_ACCESS_KEY_ID"] = "S3RVER";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "S3RVER";
        start.Environment["AWS_ENDPOINT_URL"] = (await S3Server.GetUrlAsync()).AbsoluteUri;
        start.Environment["TMPDIR"] = mirror.WorkingDirectory;
        return await ProgramRun.RunAsync(start);
    }
}
