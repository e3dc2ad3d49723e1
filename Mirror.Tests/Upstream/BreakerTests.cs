using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Upstream;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
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

    private static Task<MirrorWithOrigin> StartAsync() =>
        MirrorWithOrigin.StartAsync(upstream: options => options with { Limits = options.Limits with { BreakerFailures = 2 } });
}
