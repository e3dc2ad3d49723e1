using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching;

/// <summary>Cached content ages with the elapsed time, regardless of changes to the wall clock.</summary>
public sealed class ClockTests
{
    private const string Index = Base + "index.json";
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<int> Steps => [-24, -1, 0, 24];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task List_AfterItsTtl_IsFetchedAgainRegardlessOfTheWallClock(int hours)
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Index);
        mirror.Origin.Provider("example/hello").AddVersion("3.0.0");

        Step(hours);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.True((await mirror.GetJsonAsync(Index)).GetProperty("versions").TryGetProperty("3.0.0", out _));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Theory]
    [InlineData(-24)]
    [InlineData(-1)]
    public async Task List_WithinItsTtl_IsServedFromMemoryAfterTheClockWasSetBack(int hours)
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Index);

        Step(hours);
        await mirror.GetJsonAsync(Index);

        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task List_StoredBeforeTheClockWasSetBack_IsStaleAfterARestart()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var before = await StartAsync(directory))
            {
                await before.GetJsonAsync(Index);
            }

            Step(-24);
            await using var mirror = await StartAsync(directory);
            mirror.Origin.Provider("example/hello").AddVersion("3.0.0");

            Assert.True((await mirror.GetJsonAsync(Index)).GetProperty("versions").TryGetProperty("3.0.0", out _));
            await mirror.GetJsonAsync(Index);
            Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task NotFound_AfterItsTtl_ExpiresRegardlessOfTheWallClock(int hours)
    {
        await using var mirror = await StartAsync();
        const string path = $"/v1/mirror/{Host}/example/later/index.json";
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror, path));
        mirror.Origin.AddProvider("example/later").AddVersions("1.0.0");

        Step(hours);
        _time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(mirror, path));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Refresh_AfterTheClockWasSet_ReachesTheOriginOnce(int hours)
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Index);

        Step(hours);
        await RefreshAsync(mirror);
        await mirror.GetJsonAsync(Index);
        _time.Advance(TimeSpan.FromSeconds(30));
        await mirror.GetJsonAsync(Index);

        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Theory]
    [InlineData(-24)]
    [InlineData(-1)]
    public async Task Refresh_BeforeTheClockWasSetBack_CausesNoRepeatedOriginRequests(int hours)
    {
        await using var mirror = await StartAsync();
        await RefreshAsync(mirror);
        await mirror.GetJsonAsync(Index);

        Step(hours);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            await mirror.GetJsonAsync(Index);
        }

        // At most one more request, because the order of the two times cannot be determined.
        Assert.InRange(mirror.Origin.Count(RequestKind.Versions), 1, 2);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Document_AfterItExpired_IsNotServedRegardlessOfTheWallClock(int hours)
    {
        var options = new MirrorOptions { DataDirectory = "unused" };
        using var cache = new DocumentCache(
            new CacheSpace(options), new CatalogChanges(), new PolicyChanges(), new NamespaceDirectory(null!, options, _time), _time);
        var key = new DocumentKey("test", 1, 1, ProviderAddress.Parse("registry.example.com/example/hello"), null);
        cache.Add(key, new ReadyDocument([1]), _time.GetUtcNow().AddMinutes(10), 0);
        Assert.NotNull(cache.Find(key));

        Step(hours);
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Null(cache.Find(key));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Breaker_AfterItsPause_AllowsAProbeRegardlessOfTheWallClock(int hours)
    {
        var limits = new UpstreamLimits { BreakerFailures = 1, BreakerPause = TimeSpan.FromSeconds(5) };
        var breaker = new CircuitBreaker("registry.example.com", limits, _time, NullLogger.Instance);
        breaker.Report(healthy: false);

        Step(hours);

        Assert.False(breaker.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(breaker.TryEnter());
        breaker.Report(healthy: true);
        Assert.True(breaker.Describe().Healthy);
    }

    private void Step(int hours) => _time.SetWallClock(_time.GetUtcNow().AddHours(hours));

    private Task<MirrorWithOrigin> StartAsync(string? directory = null) => MirrorWithOrigin.StartAsync(
        configure: options => directory is null ? options : options with { DataDirectory = directory },
        upstream: options => options with { Mode = UpstreamMode.Online },
        time: _time);

    private static async Task<HttpStatusCode> StatusAsync(MirrorWithOrigin mirror, string path)
    {
        using var response = await mirror.Client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task RefreshAsync(MirrorWithOrigin mirror)
    {
        using var response = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups/default/refresh", new { });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }
}
