using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>The events that count as failures of a host.</summary>
public sealed class BreakerTests
{
    [Fact]
    public async Task Host_AfterAClientCanceled_HasNotFailed()
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(_ => true, Fault.Hang(gate.Gate));
        var http = mirror.Server.Services.GetRequiredService<OriginHttp>();
        using var client = new CancellationTokenSource();

        var opening = http.OpenPackageAsync(new Uri(mirror.Origin.Url), ArchiveFormat.Zip, 0, null, client.Token);
        await gate.Gate.WhenReached();
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.Null(Assert.Single(http.Breakers.Hosts).LastFailureAt);
    }

    [Fact]
    public async Task Host_AbortingEveryResponse_IsSuspended()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(_ => true, Fault.Truncate(20));

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Single(mirror.Server.Services.GetRequiredService<OriginHttp>().Breakers.SuspendedHosts);
        Assert.Equal(2, mirror.Origin.Requests.Count);
    }

    [Fact]
    public void Host_FailingAndWorkingAgain_IsLoggedOnceEach()
    {
        using var log = new RecordedLog();
        var breaker = new CircuitBreaker("registry.example.com", new UpstreamLimits(), new ManualTimeProvider(), log.CreateLogger(""));
        void Report(bool healthy, int times)
        {
            for (int i = 0; i < times; i++)
            {
                breaker.Report(healthy, "Name or service not known");
            }
        }

        // A retry that succeeds is no reason to worry.
        Report(healthy: false, times: 2);
        Report(healthy: true, times: 1);
        Assert.Empty(log.Entries);

        Report(healthy: false, times: 20);
        Assert.Equal([": Requests to registry.example.com fail: Name or service not known"], log.Entries);

        Report(healthy: true, times: 2);
        Assert.Equal(": Requests to registry.example.com succeed again", log.Entries.Last());
        Assert.Equal(2, log.Entries.Count);
    }

    private static Task<MirrorWithOrigin> StartAsync() =>
        MirrorWithOrigin.StartAsync(upstream: options => options with { Limits = options.Limits with { BreakerFailures = 2 } });
}
