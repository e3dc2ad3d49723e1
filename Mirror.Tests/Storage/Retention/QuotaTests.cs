using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Retention;

/// <summary>A server with a quota for two of three packages.</summary>
public sealed class QuotaTests
{
    private const int Size = 100_000;
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Quota_Reached_RemovesTheLeastRecentlyUsedPackage()
    {
        await using var mirror = await StartFullAsync();
        await DownloadAsync(mirror, "1.0.0");

        byte[] third = await DownloadAsync(mirror, "3.0.0");

        Assert.Equal(mirror.OriginPackage("3.0.0").Content, third);
        Assert.Equal(["1.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
        Assert.Equal(2, await mirror.CountStoredFilesAsync());
        Assert.Null(mirror.Server.Services.GetRequiredService<StorageSpace>().Problem);
        Assert.Equal(
            "2.0.0",
            await mirror.QueryAsync(db => db.Audit.Where(row => row.Action == "package.retire").Select(row => row.Version).SingleAsync()));
    }

    [Fact]
    public async Task Package_RemovedForSpace_IsListedAndDownloadedAgain()
    {
        await using var mirror = await StartFullAsync();
        await DownloadAsync(mirror, "3.0.0");

        var archives = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives");
        byte[] again = await DownloadAsync(mirror, "1.0.0");

        Assert.True(archives.TryGetProperty("linux_amd64", out _));
        Assert.Equal(mirror.OriginPackage("1.0.0").Content, again);
        Assert.Equal(["1.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
        Assert.Equal(4, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Package_BeingRead_IsNotRemoved()
    {
        await using var mirror = await StartFullAsync();
        var reading = mirror.Server.Services.GetRequiredService<ProviderMirror>();
        var scope = await mirror.Server.Services.GetRequiredService<NamespaceDirectory>()
            .FindAsync(Core.Addresses.NamespacePath.Default, CancellationToken.None);
        var provider = Core.Addresses.ProviderAddress.Parse($"{Host}/example/hello");
        var opened = await reading.GetPackageAsync(
            scope!,
            provider,
            Core.Addresses.ProviderVersion.Parse("1.0.0"),
            Core.Addresses.Platform.Parse("linux_amd64"),
            Principal.Anonymous,
            CancellationToken.None);

        using (opened.Value)
        {
            await DownloadAsync(mirror, "3.0.0");
        }

        Assert.Equal(["1.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
        await DownloadAsync(mirror, "2.0.0");
        Assert.Equal(["2.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
    }

    [Fact]
    public async Task Packages_NotDownloadableAgain_StayAndTheNextOneIsPassedThrough()
    {
        await using var mirror = await StartFullAsync();
        await mirror.QueryAsync(db => db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Trust, TrustLevel.Imported)));

        byte[] third = await DownloadAsync(mirror, "3.0.0");

        Assert.Equal(mirror.OriginPackage("3.0.0").Content, third);
        Assert.Equal(["1.0.0", "2.0.0"], await StoredVersionsAsync(mirror));
        Assert.Contains(
            "Mirror:Packages:Quota", mirror.Server.Services.GetRequiredService<StorageSpace>().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quota_Lowered_IsEnforced()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var first = await StartFullAsync(directory))
            {
                await DownloadAsync(first, "2.0.0");
            }

            await using var mirror = await StartAsync(
                configure: options => options with { DataDirectory = directory, Packages = options.Packages with { Quota = Size * 3 / 2 } },
                time: _time);
            await mirror.Server.Services.GetRequiredService<StorageSpace>().EnforceQuotaAsync(CancellationToken.None);

            Assert.Equal(["2.0.0"], await StoredVersionsAsync(mirror));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Stores 1.0.0, then 2.0.0.</summary>
    private async Task<MirrorWithOrigin> StartFullAsync(string? directory = null)
    {
        var mirror = await StartAsync(
            origin =>
            {
                var provider = origin.AddProvider("example/hello");
                foreach (string version in new[] { "1.0.0", "2.0.0", "3.0.0" })
                {
                    provider.AddVersion(version, added => added.Platforms("linux_amd64").PackageSize(Size));
                }
            },
            options => options with { DataDirectory = directory ?? options.DataDirectory, Packages = options.Packages with { Quota = Size * 5 / 2 } },
            time: _time);
        await DownloadAsync(mirror, "1.0.0");
        await DownloadAsync(mirror, "2.0.0");
        return mirror;
    }

    private async Task<byte[]> DownloadAsync(MirrorWithOrigin mirror, string version)
    {
        _time.Advance(TimeSpan.FromSeconds(20));
        byte[] content = await mirror.Client.GetByteArrayAsync($"{Base}terraform-provider-hello_{version}_linux_amd64.zip");
        await mirror.WhenIdleAsync();
        return content;
    }

    private static Task<List<string>> StoredVersionsAsync(MirrorWithOrigin mirror) =>
        mirror.QueryAsync(db => db.Packages.Select(row => row.Version.Version).OrderBy(version => version).ToListAsync());
}
