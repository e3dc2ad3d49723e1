using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Objects;

namespace Mirror.Tests.Crashing;

public sealed class CrashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("fill-begun")]
    [InlineData("located")]
    [InlineData("origin-answered")]
    [InlineData("space-reserved")]
    [InlineData("staged")]
    [InlineData("first-bytes")]
    [InlineData("more-bytes")]
    [InlineData("all-bytes")]
    [InlineData("proven")]
    [InlineData("commit-begun")]
    [InlineData("file-flushed")]
    [InlineData("file-renamed")]
    [InlineData("directory-flushed")]
    [InlineData("row-written")]
    [InlineData("content-hashed")]
    public async Task Fill_KilledAtAnyStep_LeavesThePackageCompleteOrAbsent(string step)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64").PackageSize(600_000));
        byte[] content = origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content;

        await Hosting.MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = _directory });
        var (exitCode, steps) = await CrashChild.RunAsync(_directory, origin.ProvidersUrl, step);
        Assert.Equal(137, exitCode);
        Assert.Equal(step, steps[^1]);
        int before = origin.Count(RequestKind.Package);

        await using var server = await Hosting.MirrorServer.StartAsync(options => options with
        {
            DataDirectory = _directory,
            Listen = options.Listen with { Https = null },
            Upstream =
                options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
        });
        int rows = await MirrorWithOrigin.QueryAsync(server, db => db.Packages.CountAsync());
        string[] files = StoredFiles(server);
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        // A package without a row stays, and is adopted without another download.
        Assert.InRange(files.Length, rows, 1);
        Assert.All(files, file => Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));

        Assert.Equal(content, await server.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package));
        await MirrorWithOrigin.WhenIdleAsync(server);

        Assert.Equal(files.Length == 1 ? before : before + 1, origin.Count(RequestKind.Package));
        var row = await MirrorWithOrigin.QueryAsync(server, db => db.Packages.SingleAsync());
        Assert.Equal(Sha256Digest.Of(content).Hex, row.Sha256);
        Assert.NotNull(row.ContentHash);
        Assert.Single(StoredFiles(server));
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db =>
            db.Blobs.Where(blob => blob.OrphanedAt != null || blob.Identity == null).ToListAsync()));
    }

    [Theory]
    [InlineData("all-bytes", 100_000)]
    [InlineData("upload-begun", 100_000)]
    [InlineData("uploaded", 100_000)]
    [InlineData("row-written", 100_000)]
    [InlineData("parts-uploaded", 17_000_000)]
    public async Task FillIntoS3_KilledAtAnyStep_LeavesThePackageCompleteOrAbsent(string step, int size)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64").PackageSize(size));
        byte[] content = origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content;
        var s3 = S3Server.Options(await S3Server.GetUrlAsync());

        await Hosting.MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = _directory });
        var (exitCode, steps) = await CrashChild.RunAsync(_directory, origin.ProvidersUrl, step, s3.ServiceUrl!.AbsoluteUri, s3.Prefix!);
        Assert.Equal((137, step), (exitCode, steps[^1]));
        int before = origin.Count(RequestKind.Package);

        await using var server = await Hosting.MirrorServer.StartAsync(options => options with
        {
            DataDirectory = _directory,
            Packages = S3Server.Packages(s3),
            Listen = options.Listen with { Https = null },
            Upstream =
                options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
        });
        var store = server.Services.GetRequiredService<IPackageStore>();
        var stored = await store.ListAsync(CancellationToken.None).ToListAsync();
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        Assert.InRange(stored.Count, await MirrorWithOrigin.QueryAsync(server, db => db.Packages.CountAsync()), 1);
        Assert.All(stored, package => Assert.Equal((Sha256Digest.Of(content), content.Length), (package.Digest, package.Length)));

        Assert.Equal(content, await server.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package));
        await MirrorWithOrigin.WhenIdleAsync(server);

        Assert.Equal(stored.Count == 1 ? before : before + 1, origin.Count(RequestKind.Package));
        Assert.Equal(Sha256Digest.Of(content).Hex, (await MirrorWithOrigin.QueryAsync(server, db => db.Packages.SingleAsync())).Sha256);
        Assert.Single(await store.ListAsync(CancellationToken.None).ToListAsync());
    }

    [Theory]
    [InlineData("release-staged", false)]
    [InlineData("release-received", false)]
    [InlineData("release-recorded", false)]
    [InlineData("commit-begun", false)]
    [InlineData("file-flushed", false)]
    [InlineData("file-renamed", false)]
    [InlineData("directory-flushed", false)]
    [InlineData("release-stored", false)]
    [InlineData("release-written", true)]
    public async Task Publication_KilledAtAnyStep_IsVisibleCompletelyOrLeavesNothing(string step, bool isVisible)
    {
        await Hosting.MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = _directory });
        var (exitCode, steps) = await CrashChild.RunAsync(_directory, CrashChild.Publish, step);
        Assert.Equal((137, step), (exitCode, steps[^1]));

        await using var server = await Hosting.MirrorServer.StartAsync(options => options with
        {
            DataDirectory = _directory,
            PublicUrl = new Uri($"https://{PublishingServer.Host}"),
            Listen = options.Listen with { Https = null },
        });
        using var index = await server.Client.GetAsync($"/v1/mirror/{PublishingServer.Host}/acme/dns/index.json");

        Assert.Equal(isVisible, index.IsSuccessStatusCode);
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        Assert.Equal(isVisible ? 2 : 0, StoredFiles(server).Length);
        int expected = isVisible ? 2 : 0;
        Assert.Equal(
            (expected, expected, isVisible ? 1 : 0, isVisible ? 1 : 0, 0),
            await MirrorWithOrigin.QueryAsync(server, async db => (
                await db.Packages.CountAsync(),
                await db.Blobs.CountAsync(),
                await db.Versions.CountAsync(),
                await db.Proofs.CountAsync(),
                await db.Settings.CountAsync(row => row.Name.StartsWith("pending-blobs/")))));
    }

    [Theory]
    [InlineData("staged")]
    [InlineData("all-bytes")]
    [InlineData("commit-begun")]
    [InlineData("file-flushed")]
    [InlineData("file-renamed")]
    [InlineData("directory-flushed")]
    [InlineData("row-written")]
    public async Task PublishedModule_KilledAtAnyStep_IsCompleteOrAbsent(string step)
    {
        await Hosting.MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = _directory });
        var (exitCode, steps) = await CrashChild.RunAsync(_directory, CrashChild.PublishModule, step);
        Assert.Equal((137, step), (exitCode, steps[^1]));

        await using var server = await Hosting.MirrorServer.StartAsync(options => options with
        {
            DataDirectory = _directory,
            PublicUrl = new Uri($"https://{PublishingServer.Host}"),
            Listen = options.Listen with { Https = null },
        });
        bool isPublished = step == "row-written";
        Assert.Equal(isPublished ? 1 : 0, await MirrorWithOrigin.QueryAsync(server, db => db.ModulePackages.CountAsync()));
        Assert.Equal(isPublished ? 1 : 0, await MirrorWithOrigin.QueryAsync(server, db => db.ModuleDocumentation.CountAsync()));
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        Assert.Equal(isPublished ? 1 : 0, StoredFiles(server).Length);
        Assert.Equal(isPublished ? 1 : 0, await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.CountAsync()));

        var again = await PublishingServer.PublishAsync(server, CrashChild.Module);

        Assert.Equal(isPublished ? FailureKind.Conflict : null, again.Failure?.Kind);
        Assert.Equal(
            CrashChild.Module,
            await server.Client.GetByteArrayAsync($"/v1/registries/{PublishingServer.Host}/modules/acme/vpc/aws/1.0.0/module.tar.gz"));
        Assert.Single(StoredFiles(server));
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.Where(blob => blob.OrphanedAt != null).ToListAsync()));
    }

    private static string[] StoredFiles(Hosting.MirrorServer server) =>
        Directory.GetFiles(Path.Combine(server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories);
}
