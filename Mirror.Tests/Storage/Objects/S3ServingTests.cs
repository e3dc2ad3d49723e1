using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Cli;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Fetching.Packages;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Objects;

/// <summary>A server that fetches, stores and serves with its packages in S3.</summary>
public sealed class S3ServingTests : IAsyncLifetime
{
    private const string Hello = $"{Host}/example/hello";
    private const int Size = 400_000;

    private FaultyProxy _proxy = null!;
    private S3Options _s3 = null!;

    public async Task InitializeAsync()
    {
        _proxy = await FaultyProxy.StartAsync(await S3Server.GetUrlAsync());
        _s3 = S3Server.Options(_proxy.Url);
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task Commands_OnTheStore_VerifyAndDelete()
    {
        await using var mirror = await StartAsync();
        await CacheAsync(mirror);

        var verified = await CommandLine.RunAsync(mirror.Server, "verify", "--json");
        var deleted = await CommandLine.RunAsync(mirror.Server, "delete-version", "default", Hello, "1.0.0", "--yes");

        Assert.Equal((0, 0), (verified.ExitCode, deleted.ExitCode));
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
    }

    [Fact]
    public async Task Package_ReplacedInTheStore_IsTakenOutAndFetchedAgain()
    {
        await using var mirror = await StartAsync();
        byte[] content = await CacheAsync(mirror);
        using (var objects = ObjectStores.Open(_s3, TimeProvider.System))
        using (var damaged = new MemoryStream([.. content.Reverse()]))
        {
            string hex = Sha256Digest.Of(content).Hex;
            await objects.WriteAsync($"sha256/{hex[..2]}/{hex}", damaged, CancellationToken.None);
        }

        Assert.Equal(content, await mirror.Client.GetByteArrayAsync(Base + Package));
        await mirror.WhenIdleAsync();

        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(0, (await CommandLine.RunAsync(mirror.Server, "verify")).ExitCode);
    }

    [Fact]
    public async Task Object_WithoutARecord_IsAnOrphanThatVerifyRemoves()
    {
        await using var mirror = await StartAsync();
        await CacheAsync(mirror);
        var store = mirror.Server.Services.GetRequiredService<IPackageStore>();
        using (var staged = store.Stage())
        {
            await staged.WriteAsync("orphan"u8.ToArray(), CancellationToken.None);
            await store.CommitAsync(staged, Sha256Digest.Of("orphan"u8), CancellationToken.None);
        }

        var kept = await CommandLine.RunAsync(mirror.Server, "verify");
        int before = await mirror.CountStoredFilesAsync();
        var removed = await CommandLine.RunAsync(mirror.Server, "verify", "--remove-orphans");

        Assert.Equal((0, 2, 0, 1), (kept.ExitCode, before, removed.ExitCode, await mirror.CountStoredFilesAsync()));
    }

    [Fact]
    public async Task Quota_Reached_RemovesTheLeastRecentlyUsedPackage()
    {
        await using var mirror = await StartAsync(packages => packages with { Quota = Size * 3 / 2 });
        await CacheAsync(mirror);

        await mirror.Client.GetByteArrayAsync(Base + Package.Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
        await mirror.WhenIdleAsync();

        Assert.Equal(1, await mirror.CountStoredFilesAsync());
        Assert.Equal(
            mirror.OriginPackage("2.0.0").ZipHash[3..], (await mirror.QueryAsync(db => db.Packages.SingleAsync())).Sha256);
    }

    [Fact]
    public async Task Backup_OfTheStore_IsRestoredIntoAnother()
    {
        using var directory = new MirrorDirectory();
        string backup = Path.Combine(directory.Path, "backup.tar");
        await using var mirror = await StartAsync();
        byte[] content = await CacheAsync(mirror);
        await mirror.Server.Services.GetRequiredService<BackupWriter>().WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None);

        var options = await MigratedDatabase.ChooseAsync(new MirrorOptions
        {
            DataDirectory = Path.Combine(directory.Path, "restored"),
            Packages = S3Server.Packages(S3Server.Options(_proxy.Url)),
        });
        using (var store = (ObjectPackageStore)ObjectStores.OpenPackages(options, TimeProvider.System))
        {
            var report = await new BackupReader(new CatalogDatabase(options), store, options)
                .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);
            Assert.Equal(1, report.Packages);
        }

        await using var restored = await MirrorServer.StartAsync(
            _ => options with { Listen = new ListenOptions { Http = new Uri("http://127.0.0.1:0"), Https = null }, Upstream = new UpstreamOptions { Mode = UpstreamMode.Offline } });
        Assert.Equal(content, await restored.Client.GetByteArrayAsync(Base + Package));
    }

    [Fact]
    public async Task Store_Failing_Returns503ForStoredPackagesAndServesDocuments()
    {
        await using var mirror = await StartAsync();
        byte[] content = await CacheAsync(mirror);
        _proxy.Inject(ProxyFault.Status, _ => true);

        using var failed = await mirror.Client.GetAsync(Base + Package);
        using var document = await mirror.Client.GetAsync(Base + "1.0.0.json");
        string health = await mirror.Client.GetStringAsync("/health/ready");
        _proxy.Recover();

        await OriginFaultTests.AssertProblemAsync(failed, 503);
        Assert.DoesNotContain(S3Server.Bucket, await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        Assert.Equal("""{"status":"ready","storage":"unavailable"}""", health);
        Assert.Equal(content, await mirror.Client.GetByteArrayAsync(Base + Package));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Store_FailingWhileAPackageIsSent_AbortsTheResponse()
    {
        await using var mirror = await StartAsync();
        byte[] content = await CacheAsync(mirror);
        _proxy.Inject(ProxyFault.ResetResponse, request => request.StartsWith("GET ", StringComparison.Ordinal), times: 1);

        await PackageFaultTests.AssertAbortedAsync(mirror);

        Assert.Equal(content, await mirror.Client.GetByteArrayAsync(Base + Package));
    }

    [Fact]
    public async Task Store_FailingDuringTheUpload_DeliversTheVerifiedPackage()
    {
        await using var mirror = await StartAsync();
        _proxy.Inject(ProxyFault.ResetRequest, request => request.StartsWith("PUT ", StringComparison.Ordinal));

        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
        await mirror.WhenIdleAsync();
        _proxy.Recover();
        await OriginFaultTests.AssertNothingKeptAsync(mirror);

        await CacheAsync(mirror);
        Assert.Equal((2, 1), (mirror.Origin.Count(RequestKind.Package), await mirror.CountStoredFilesAsync()));
    }

    [Theory]
    [InlineData("no-such-bucket", "S3RVER", "s3://no-such-bucket/p does not exist. Create it, or correct its name.")]
    [InlineData(S3Server.Bucket, "UNKNOWN", "s3://packages/p denies access: InvalidAccessKeyId (The AWS Access Key Id you provided does not exist in our records.). Check the credentials, and that they may list, read, write and delete objects there.")]
    public async Task Serve_UnusableStore_ExitsWithOneSentence(string bucket, string key, string problem)
    {
        using var directory = new MirrorDirectory();

        var result = await CommandLine.RunAsync(
            "serve",
            $"--Mirror:DataDirectory={directory.Path}",
            "--Mirror:Listen:Http=http://127.0.0.1:0",
            "--Mirror:Listen:Https=",
            "--Mirror:Packages:Store=S3",
            $"--Mirror:Packages:S3:ServiceUrl={_proxy.Url}",
            $"--Mirror:Packages:S3:Bucket={bucket}",
            "--Mirror:Packages:S3:Prefix=p",
            $"--Mirror:Packages:S3:AccessKey={key}",
            "--Mirror:Packages:S3:SecretKey=swordfish");

        Assert.Equal((1, $"Mirror:Packages cannot be used: {problem}"), (result.ExitCode, result.Error.TrimEnd()));
        Assert.DoesNotContain("swordfish", result.Output + result.Error, StringComparison.Ordinal);
    }

    private Task<MirrorWithOrigin> StartAsync(Func<PackagesOptions, PackagesOptions>? packages = null) => MirrorWithOrigin.StartAsync(
        origin =>
        {
            var provider = origin.AddProvider("example/hello");
            provider.AddVersion("1.0.0", version => version.Platforms("linux_amd64").PackageSize(Size));
            provider.AddVersion("2.0.0", version => version.Platforms("linux_amd64").PackageSize(Size));
        },
        options => options with { Packages = packages?.Invoke(S3Server.Packages(_s3)) ?? S3Server.Packages(_s3) });

    private static async Task<byte[]> CacheAsync(MirrorWithOrigin mirror)
    {
        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        return content;
    }
}
