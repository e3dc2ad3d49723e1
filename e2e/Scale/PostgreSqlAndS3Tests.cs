using Mirror.Core.Storage.Objects;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Database;
using Mirror.Tests.Origin;
using Mirror.Tests.Storage.Objects;

namespace Mirror.E2E.Scale;

/// <summary>The real executable and client with the data in PostgreSQL and the packages in S3.</summary>
public sealed class PostgreSqlAndS3Tests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public async Task Instance_OnPostgreSqlAndS3_InitsSyncsVerifiesDeletesAndRestores()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        string first = "e2e/" + Guid.NewGuid().ToString("N"), second = first + "-restored";
        var environment = await CreateEnvironmentAsync(first);
        await using var mirror = await StartAsync(origin, environment);
        using var files = new TemporaryDirectory();
        string backup = files.Combine("backup.tar");

        await InitAsync(mirror);
        await mirror.WhenFillsEndedAsync();
        Assert.Equal((1, 1), (origin.Count(RequestKind.Package), await CountObjectsAsync(first)));
        await InitAsync(mirror);
        (await mirror.RunCommandAsync("sync", Hello, "--version", "1.0.0", "--platform", "linux_amd64", "--platform", "linux_arm64")).AssertSuccess();
        Assert.Equal((3, 3), (origin.Count(RequestKind.Package), await CountObjectsAsync(first)));
        (await mirror.RunCommandAsync("verify")).AssertSuccess();
        (await RunAsync(mirror.WorkingDirectory, environment, "backup", backup)).AssertSuccess();
        (await mirror.RunCommandAsync("delete-version", "default", Hello, "1.0.0", "--yes")).AssertSuccess();
        Assert.Equal(1, await CountObjectsAsync(first));
        Assert.Empty(mirror.StoredFiles());
        await mirror.StopAsync();

        environment = await CreateEnvironmentAsync(second);
        environment["Mirror__DataDirectory"] = files.Combine("restored");
        (await RunAsync(files.Path, environment, "restore", backup)).AssertSuccess();
        Assert.Equal(3, await CountObjectsAsync(second));
        await origin.StopAsync();
        await using var restored = await StartAsync(origin, environment);
        await InitAsync(restored);
    }

    [Fact]
    public async Task Start_WithoutTheBucket_FailsWithOneSentence()
    {
        using var files = new TemporaryDirectory();
        var environment = await CreateEnvironmentAsync("e2e");
        environment["Mirror__Packages__S3__Bucket"] = "no-such-bucket";

        var run = await RunAsync(files.Path, environment, "serve", "--Mirror:Listen:Http=http://127.0.0.1:0", "--Mirror:Listen:Https=");

        Assert.Equal(
            (1, "Mirror:Packages cannot be used: s3://no-such-bucket/e2e does not exist. Create it, or correct its name."),
            (run.ExitCode, run.Error.TrimEnd()));
    }

    private static Task<MirrorProcess> StartAsync(FakeOrigin origin, IReadOnlyDictionary<string, string> environment) =>
        MirrorProcess.StartAsync(
            MirrorExecutable.Built,
            environment,
            "--Mirror:Upstream:Hosts:0:Name=registry.example.com",
            $"--Mirror:Upstream:Hosts:0:ProvidersUrl={origin.ProvidersUrl}");

    /// <summary>A new database, and a place in the bucket. The credentials are those of the environment; its proxy is for origins only.</summary>
    private static async Task<Dictionary<string, string>> CreateEnvironmentAsync(string prefix)
    {
        var postgreSql = await PostgreSqlServer.GetAsync();
        return new()
        {
            ["Mirror__Database__Provider"] = "PostgreSql",
            ["Mirror__Database__ConnectionString"] = await postgreSql.CreateDatabaseAsync("mirror_" + Guid.NewGuid().ToString("N")),
            ["Mirror__Packages__Store"] = "S3",
            ["Mirror__Packages__S3__ServiceUrl"] = (await S3Server.GetUrlAsync()).AbsoluteUri,
            ["Mirror__Packages__S3__Bucket"] = S3Server.Bucket,
            ["Mirror__Packages__S3__Prefix"] = prefix,
            ["AWS_ACCESS_KEY_ID"] = "S3RVER",
            ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
            ["HTTP_PROXY"] = "http://127.0.0.1:1",
            ["HTTPS_PROXY"] = "http://127.0.0.1:1",
        };
    }

    private static async Task InitAsync(MirrorProcess mirror)
    {
        using var project = new TerraformProject(Hello);
        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        Assert.Contains($"- Installed {Hello} v2.0.0 (verified checksum)", run.Output, StringComparison.Ordinal);
    }

    private static async Task<int> CountObjectsAsync(string prefix)
    {
        using var objects = ObjectStores.Open(S3Server.Options(await S3Server.GetUrlAsync(), prefix), TimeProvider.System);
        return await objects.ListAsync("sha256/", CancellationToken.None).CountAsync();
    }

    private static Task<ProgramRun> RunAsync(string directory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = MirrorExecutable.Built.Start(directory, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ProgramRun.RunAsync(start);
    }
}
