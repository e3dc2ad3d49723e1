using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

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

    private static string[] StoredFiles(Hosting.MirrorServer server) =>
        Directory.GetFiles(Path.Combine(server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories);
}
