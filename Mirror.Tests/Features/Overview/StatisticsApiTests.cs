using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Usage;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Features.Overview;

public sealed class StatisticsApiTests
{
    private const string Url = "/api/v1/groups/default/statistics";

    [Fact]
    public async Task Downloads_ColdAndWarm_AreCountedAsMissAndHits()
    {
        await using var mirror = await StartAsync();
        long size = mirror.OriginPackage().Content.Length;
        for (int i = 0; i < 4; i++)
        {
            await mirror.Client.GetByteArrayAsync(Base + Package);
            await mirror.WhenIdleAsync();
        }

        await mirror.Server.Services.GetRequiredService<TrafficCounters>().FlushAsync(CancellationToken.None);

        var statistics = await GetAsync(mirror.Server.AdminClient, Url + "?days=7");
        var total = statistics["total"]!;
        Assert.Equal((3, 1, 0.75), ((int)total["hits"]!, (int)total["misses"]!, (double)total["hitRate"]!));
        Assert.Equal((4 * size, size, 3 * size), ((long)total["servedBytes"]!, (long)total["fetchedBytes"]!, (long)total["savedBytes"]!));
        Assert.Equal(7, statistics["days"]!.AsArray().Count);
        Assert.Equal(4 * size, (long)statistics["days"]![6]!["traffic"]!["servedBytes"]!);
        var provider = Assert.Single(statistics["providers"]!.AsArray())!;
        Assert.Equal(("registry.example.com/example/hello", size), ((string)provider["provider"]!, (long)provider["storedBytes"]!));
        Assert.Equal((size, 1), ((long)statistics["storedBytes"]!, (int)statistics["storedVersions"]!));
    }

    [Fact]
    public async Task Counters_FlushedTwice_AreAddedUp()
    {
        await using var mirror = await StartAsync();
        var counters = mirror.Server.Services.GetRequiredService<TrafficCounters>();
        for (int i = 0; i < 2; i++)
        {
            await mirror.Client.GetByteArrayAsync(Base + Package);
            await mirror.WhenIdleAsync();
            await counters.FlushAsync(CancellationToken.None);
        }

        var total = (await GetAsync(mirror.Client, Url))["total"]!;
        Assert.Equal((1, 1), ((int)total["hits"]!, (int)total["misses"]!));
    }

    [Fact]
    public async Task Origins_AfterAFailure_ShowTheReasonToMembersOnly()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Status(503));
        (await mirror.Client.GetAsync(Base + "index.json")).Dispose();

        var anonymous = await GetAsync(mirror.Client, Url);
        var member = await GetAsync(mirror.Server.AdminClient, Url);

        Assert.Null(anonymous["origins"]);
        Assert.Null(anonymous["space"]);
        var origin = Assert.Single(member["origins"]!.AsArray())!;
        Assert.False((bool)origin["healthy"]!);
        Assert.Contains("responded with 503", (string)origin["lastFailure"]!, StringComparison.Ordinal);
        Assert.True((long)member["space"]!["freeBytes"]! > 0);
    }

    [Fact]
    public async Task Days_OutOfRange_ReturnAProblem()
    {
        await using var mirror = await StartAsync();

        using var answer = await mirror.Client.GetAsync(Url + "?days=0");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("1 to 366", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonObject> GetAsync(HttpClient client, string url) =>
        (await client.GetFromJsonAsync<JsonObject>(new Uri(url, UriKind.Relative)))!;
}
