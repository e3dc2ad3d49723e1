using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Retention;

/// <summary>A server that keeps unused packages for 30 days, and stores the versions 1.0.0, 2.0.0 and 3.0.0.</summary>
public sealed class KeepUnusedTests
{
    private const int Size = 10_000;
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task UnusedPackages_AfterTheConfiguredTime_AreRemovedUnlessUsedOrImported()
    {
        await using var mirror = await StartAsync(Keep);
        await mirror.QueryAsync(db => db.Packages.Where(row => row.Version.Version == "3.0.0")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Trust, TrustLevel.Imported)));
        _time.Advance(Keep - TimeSpan.FromDays(1));
        await RemoveUnusedAsync(mirror);
        Assert.Equal(["1.0.0", "2.0.0", "3.0.0"], await StoredVersionsAsync(mirror));

        await DownloadAsync(mirror, "2.0.0");
        _time.Advance(TimeSpan.FromDays(2));
        await RemoveUnusedAsync(mirror);

        Assert.Equal(["2.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
        Assert.Equal(2, await mirror.CountStoredFilesAsync());
        var audit = await mirror.QueryAsync(db => db.Audit.SingleAsync(row => row.Action == "package.retire"));
        Assert.Equal(("1.0.0", "not used for 30d (Mirror:Packages:KeepUnused)"), (audit.Version, audit.Detail));
        // The next request downloads it again.
        Assert.Equal(mirror.OriginPackage("1.0.0").Content, await DownloadAsync(mirror, "1.0.0"));
    }

    [Fact]
    public async Task UnusedPackages_WithoutTheSetting_AreKept()
    {
        await using var mirror = await StartAsync(null);
        _time.Advance(TimeSpan.FromDays(3650));

        await RemoveUnusedAsync(mirror);

        Assert.Equal(["1.0.0", "2.0.0", "3.0.0"], await StoredVersionsAsync(mirror));
        Assert.Equal(JsonValueKind.Null, (await ForecastAsync(mirror)).ValueKind);
    }

    [Fact]
    public async Task Forecast_InTheApi_NamesThePackagesOfTheNextDays()
    {
        await using var mirror = await StartAsync(Keep);
        Assert.Equal(0, (await ForecastAsync(mirror)).GetProperty("packages").GetInt32());

        _time.Advance(TimeSpan.FromDays(25));
        var forecast = await ForecastAsync(mirror);

        Assert.Equal((7, 3), (forecast.GetProperty("days").GetInt32(), forecast.GetProperty("packages").GetInt32()));
        Assert.True(forecast.GetProperty("firstAt").GetDateTimeOffset() <= _time.GetUtcNow().AddDays(5));
    }

    private async Task<MirrorWithOrigin> StartAsync(TimeSpan? keep)
    {
        var mirror = await MirrorWithOrigin.StartAsync(
            origin =>
            {
                var provider = origin.AddProvider("example/hello");
                foreach (string version in new[] { "1.0.0", "2.0.0", "3.0.0" })
                {
                    provider.AddVersion(version, added => added.Platforms("linux_amd64").PackageSize(Size));
                }
            },
            options => options with { Packages = options.Packages with { KeepUnused = keep, ScrubInterval = TimeSpan.Zero } },
            time: _time);
        foreach (string version in new[] { "1.0.0", "2.0.0", "3.0.0" })
        {
            await DownloadAsync(mirror, version);
        }

        return mirror;
    }

    private static Task RemoveUnusedAsync(MirrorWithOrigin mirror) =>
        mirror.Server.Services.GetRequiredService<StorageSpace>().RemoveUnusedAsync(CancellationToken.None);

    private static async Task<JsonElement> ForecastAsync(MirrorWithOrigin mirror)
    {
        string json = await mirror.Server.AdminClient.GetStringAsync("/api/v1/groups/default/statistics");
        return JsonDocument.Parse(json).RootElement.GetProperty("space").GetProperty("unused");
    }

    private static async Task<byte[]> DownloadAsync(MirrorWithOrigin mirror, string version)
    {
        byte[] content = await mirror.Client.GetByteArrayAsync($"{Base}terraform-provider-hello_{version}_linux_amd64.zip");
        await mirror.WhenIdleAsync();
        return content;
    }

    private static Task<List<string>> StoredVersionsAsync(MirrorWithOrigin mirror) =>
        mirror.QueryAsync(db => db.Packages.Select(row => row.Version.Version).OrderBy(version => version).ToListAsync());
}
