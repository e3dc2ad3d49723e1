using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;
using Mirror.Tests.Access;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Usage;

public sealed class StatisticsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Prefetch_BeforeADownload_DoesNotCountAgainstTheHitRate()
    {
        await using var mirror = await StartAsync();
        using var started = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/syncs",
            new { providers = new[] { new { provider = $"{Host}/example/hello", versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } });
        await Eventually.TrueAsync(async () =>
            (string)(await mirror.Server.AdminClient.GetFromJsonAsync<JsonObject>("/api/v1/groups/default/syncs/1"))!["state"]! == "succeeded");
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        var usage = await ReadAsync(mirror, StatisticsSpan.Hours(24));

        Assert.Equal((1, 0, 1d), (usage.Total.Hits, usage.Total.Misses, usage.Total.HitRate));
        Assert.True(usage.Total.FetchedBytes > 0);
    }

    [Fact]
    public async Task Downloads_OfTwoHours_AreCountedForEachHourAndForTheDay()
    {
        var time = new ManualTimeProvider(Noon);
        await using var mirror = await StartAsync(time: time);
        var counters = mirror.Server.Services.GetRequiredService<TrafficCounters>();
        var hello = ProviderAddress.Parse("hashicorp/aws");
        counters.RecordServed(1, hello, 100, hit: true, new ClientName(PrincipalKind.User, "ada"));
        time.Advance(TimeSpan.FromHours(1));
        counters.RecordServed(1, hello, 50, hit: false, new ClientName(PrincipalKind.User, "ada"));

        var hours = await ReadAsync(mirror, StatisticsSpan.Hours(24));
        var days = await ReadAsync(mirror, StatisticsSpan.Days(7));

        Assert.Equal([100, 50], hours.Steps.TakeLast(2).Select(step => step.Traffic.ServedBytes));
        Assert.Equal((24, Noon.AddHours(1)), (hours.Steps.Count, hours.Steps[^1].Start));
        Assert.Equal((7, 150), (days.Steps.Count, days.Steps[^1].Traffic.ServedBytes));
        Assert.Equal(new Traffic(1, 1, 150, 0), days.Total);
    }

    [Fact]
    public async Task Clients_OfAGroup_AreListedByBytesWithTheJobsOfAWorkspaceAsOne()
    {
        await using var mirror = await StartAsync();
        await mirror.Server.AddNamespacesAsync("default/network");
        var scope = (await mirror.Server.Services.GetRequiredService<NamespaceDirectory>()
            .FindAsync(NamespacePath.Parse("default/network"), CancellationToken.None))!;
        var counters = mirror.Server.Services.GetRequiredService<TrafficCounters>();
        var hello = ProviderAddress.Parse("hashicorp/aws");
        foreach (var (kind, name, bytes) in new[]
        {
            (PrincipalKind.Job, "default/network/1", 40), (PrincipalKind.Job, "default/network/2", 40), (PrincipalKind.User, "ada", 50),
            (PrincipalKind.Anonymous, "anonymous", 10),
        })
        {
            counters.RecordServed(1, hello, bytes, hit: true, ClientName.Of(new Principal(kind, name), scope));
        }

        await counters.FlushAsync(CancellationToken.None);
        var clients = await mirror.Server.Services.GetRequiredService<StatisticsReader>()
            .ListClientsAsync(1, StatisticsSpan.Hours(24), 10, CancellationToken.None);

        Assert.Equal(
            [("default/network", 2, 80), ("ada", 1, 50), ("anonymous", 1, 10)],
            clients.Select(client => (client.Client.Name, client.Downloads, client.ServedBytes)));
    }

    [Fact]
    public async Task Sample_OfADayWithoutMeasurement_IsUnknown()
    {
        var time = new ManualTimeProvider(Noon);
        await using var mirror = await StartAsync(time: time);
        // The worker measures at the start.
        await Eventually.TrueAsync(() => mirror.QueryAsync(db => db.StorageSamples.AnyAsync()));

        var usage = await ReadAsync(mirror, StatisticsSpan.Days(3));

        Assert.Equal([null, null, 0L], usage.Steps.Select(step => step.StoredBytes));
    }

    [Fact]
    public async Task Figures_OlderThanTheirRetention_AreRemoved()
    {
        var time = new ManualTimeProvider(Noon);
        await using var mirror = await StartAsync(time: time);
        var services = mirror.Server.Services;
        await using (var db = services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            foreach (var (step, age) in new[] { (TimeStep.Hour, 2), (TimeStep.Hour, 4), (TimeStep.Day, 399), (TimeStep.Day, 401) })
            {
                var start = Noon.AddDays(-age);
                db.Traffic.Add(new TrafficRow { RootGroupId = 1, Step = step, Start = start, Provider = "hashicorp/aws" });
                db.ClientTraffic.Add(new ClientTrafficRow { RootGroupId = 1, Step = step, Start = start, Principal = "ada" });
                db.OriginLatencies.Add(new OriginLatencyRow { Step = step, Start = start, Host = "old.example.com" });
            }

            await db.SaveChangesAsync();
        }

        await services.GetRequiredService<StorageSamples>().TakeAsync(CancellationToken.None);

        Assert.Equal(2, await mirror.QueryAsync(db => db.Traffic.CountAsync()));
        Assert.Equal(2, await mirror.QueryAsync(db => db.ClientTraffic.CountAsync()));
        Assert.Equal(2, await mirror.QueryAsync(db => db.OriginLatencies.CountAsync(row => row.Host == "old.example.com")));
    }

    [Fact]
    public async Task ResponseTimes_OfAnOrigin_AreSavedAndAddedUp()
    {
        await using var mirror = await StartAsync();
        var (log, latencies) = (
            mirror.Server.Services.GetRequiredService<OriginLatencyLog>(), mirror.Server.Services.GetRequiredService<OriginHttp>().Latencies);
        for (int flush = 0; flush < 2; flush++)
        {
            for (int i = 0; i < 10; i++)
            {
                latencies.Record("slow.example.com", TimeSpan.FromMilliseconds(i < 9 ? 100 : 3000));
            }

            await log.FlushAsync(CancellationToken.None);
        }

        foreach (var span in new[] { StatisticsSpan.Hours(24), StatisticsSpan.Days(7) })
        {
            var origin = Assert.Single(await log.ReadAsync(span, CancellationToken.None), origin => origin.Host == "slow.example.com");
            Assert.Equal(20, origin.Responses);
            Assert.InRange(origin.Median.TotalMilliseconds, 90, 110);
            Assert.InRange(origin.P95.TotalMilliseconds, 2700, 3300);
        }
    }

    [Fact]
    public async Task Requests_ToAnOrigin_AreTimed()
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Base + "index.json");
        var log = mirror.Server.Services.GetRequiredService<OriginLatencyLog>();
        await log.FlushAsync(CancellationToken.None);

        var origins = await log.ReadAsync(StatisticsSpan.Hours(1), CancellationToken.None);

        Assert.Contains(origins, origin => origin.Responses > 0 && origin.Median <= origin.P95);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1, 0)]
    [InlineData(100, 26)]
    [InlineData(600_000, 60)]
    public void Range_OfADuration_IsBounded(double milliseconds, int range) =>
        Assert.Equal(range, LatencyRange.Of(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Percentile_WithoutResponses_IsUnknown() => Assert.Null(LatencyRange.Percentile([], .5));

    private static async Task<UsageStatistics> ReadAsync(MirrorWithOrigin mirror, StatisticsSpan span)
    {
        var services = mirror.Server.Services;
        await services.GetRequiredService<TrafficCounters>().FlushAsync(CancellationToken.None);
        var scope = (await services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Default, CancellationToken.None))!;
        return await services.GetRequiredService<StatisticsReader>().ReadUsageAsync(scope, span, anonymous: false, CancellationToken.None);
    }
}
