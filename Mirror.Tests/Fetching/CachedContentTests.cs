using Mirror.Core.Configuration;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching;

/// <summary>Cached content is served regardless of the state of the origin.</summary>
public sealed class CachedContentTests
{
    public static TheoryData<string> Faults => [.. OriginFaults.All.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public Task CachedContent_WhileTheOriginFails_IsServed(string fault) => AssertServedAsync(OriginFaults.Make(fault));

    [Fact]
    public async Task CachedContent_WhileTheOriginHangs_IsServedImmediately()
    {
        using var gate = new OpenedGate();
        await AssertServedAsync(Fault.Hang(gate.Gate));
    }

    [Theory]
    [InlineData(UpstreamMode.Online, 503)]
    [InlineData(UpstreamMode.Fallback, 200)]
    [InlineData(UpstreamMode.Offline, 200)]
    public async Task StaleList_WithTheOriginDown_IsServedDependingOnTheMode(UpstreamMode mode, int status)
    {
        var time = new ManualTimeProvider();
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var first = await StartAsync(configure: options => options with { DataDirectory = directory }, time: time))
            {
                await first.GetJsonAsync(Base + "index.json");
                await first.Client.GetByteArrayAsync(Base + Package);
                await first.WhenIdleAsync();
            }

            time.Advance(TimeSpan.FromHours(1));
            await using var mirror = await StartAsync(
                configure: options => options with { DataDirectory = directory },
                upstream: options => options with { Mode = mode },
                time: time);
            mirror.Origin.Misbehave(_ => true, Fault.Status(503, retryAfter: "60"));

            using var index = await mirror.Client.GetAsync(Base + "index.json");

            Assert.Equal(status, (int)index.StatusCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task AssertServedAsync(Fault fault)
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await mirror.GetJsonAsync(Base + "index.json");
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        mirror.Origin.Misbehave(_ => true, fault);
        time.Advance(TimeSpan.FromHours(1));

        for (int i = 0; i < 3; i++)
        {
            var index = await mirror.GetJsonAsync(Base + "index.json");
            var version = await mirror.GetJsonAsync(Base + "1.0.0.json");
            byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

            Assert.True(index.GetProperty("versions").TryGetProperty("1.0.0", out _));
            Assert.True(version.GetProperty("archives").TryGetProperty("linux_amd64", out _));
            Assert.Equal(mirror.OriginPackage().Content, package);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
