using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Configuration;
using Mirror.Tests.Fetching;
using Mirror.Tests.Origin.Wire;
using Mirror.Tests.Time;
using Mirror.Web.Hosting;
using Mirror.Web.Http;

namespace Mirror.Tests.Hosting;

/// <summary>The limits for connections, in total and per address.</summary>
public sealed class ConnectionLimitTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("10.0.0.7", "10.0.0.7", true)]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7", true)]
    public async Task Connections_FromOneAddress_AreLimitedUnlessItIsAProxy(string first, string second, bool isServed)
    {
        var limits = Limits(new LimitsOptions { ConnectionsPerAddress = 1 });
        var held = limits.RunAsync(From(first), _ => _release.Task);
        bool served = false;

        await limits.RunAsync(From(second), _ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        _release.SetResult();
        await held;

        Assert.Equal(isServed, served);
        Assert.Equal(0, limits.Open);
    }

    [Fact]
    public async Task Connection_BeyondALimit_IsAbortedAndCountedUntilAnotherEnds()
    {
        using var meters = new RecordedMeters(_services.GetRequiredService<IMeterFactory>());
        var limits = Limits(new LimitsOptions { Connections = 2, ConnectionsPerAddress = 1 });
        var first = limits.RunAsync(From("192.0.2.1"), _ => _release.Task);
        var again = From("192.0.2.1");
        await limits.RunAsync(again, _ => throw new InvalidOperationException("It is one too many of its address."));
        var second = limits.RunAsync(From("192.0.2.2"), _ => _release.Task);
        var third = From("192.0.2.3");
        await limits.RunAsync(third, _ => throw new InvalidOperationException("It is one too many."));
        var whileFull = (limits.Open, meters.Read("mirror.connections"));
        _release.SetResult();
        await Task.WhenAll(first, second);

        bool served = false;
        await limits.RunAsync(From("192.0.2.1"), _ => Task.FromResult(served = true));

        // Aborted connections are closed by another thread.
        await Eventually.TrueAsync(() => again.ConnectionClosed.IsCancellationRequested && third.ConnectionClosed.IsCancellationRequested);
        Assert.Equal((2, 2L), whileFull);
        Assert.True(served);
        Assert.Equal(
            (0, 1, 1),
            (
                meters.Read("mirror.connections"),
                meters.Read("mirror.connections.refused", "in_all"),
                meters.Read("mirror.connections.refused", "per_address")));
    }

    [Fact]
    public void RefusedConnections_WithinAMinute_AreLoggedOnceWithTheirCount()
    {
        var time = new ManualTimeProvider();
        var logged = new List<(long, ShareRefusal)>();
        var counter = new RefusalCounter<ShareRefusal>(
            time, "limit", [ShareRefusal.InAll, ShareRefusal.PerAddress], (count, refusal) => logged.Add((count, refusal)));

        for (int i = 0; i < 100; i++)
        {
            counter.Add(ShareRefusal.PerAddress);
        }

        time.Advance(TimeSpan.FromMinutes(1));
        counter.Add(ShareRefusal.InAll);
        counter.Add(ShareRefusal.InAll);

        Assert.Equal([(1, ShareRefusal.PerAddress), (100, ShareRefusal.InAll)], logged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_AtItsConnectionLimit_ClosesFurtherConnectionsUntilOneEnds(bool https)
    {
        const int limit = 3;
        await using var server = await MirrorServer.StartAsync(
            options => options with { Limits = options.Limits with { Connections = limit } });
        string url = (https ? server.HttpsUrl : server.Url).AbsoluteUri;
        var idle = new List<RawClient>();
        for (int i = 0; i < limit; i++)
        {
            idle.Add(new RawClient());
            await idle[i].ConnectAsync(url);
        }

        // The operating system has accepted them. The server accepts them in any order.
        var connections = server.Services.GetRequiredService<ConnectionLimits>();
        await Eventually.TrueAsync(() => connections.Open == limit);
        string received = await ReceiveAsync(url);
        idle.ForEach(client => client.Dispose());

        Assert.Empty(received);
        // The server notices the closed connections with a delay.
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(async () =>
        {
            answer = await server.Client.GetAsync(new Uri(https ? server.HttpsUrl : server.Url, "/health/live"))
                .ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : null, TaskScheduler.Default);
            return answer is not null;
        });

        Assert.Equal(HttpStatusCode.OK, answer!.StatusCode);
        answer.Dispose();
    }

    /// <summary>Everything that a new connection receives; the server may close it while the client connects.</summary>
    private static async Task<string> ReceiveAsync(string url)
    {
        using var client = new RawClient();
        try
        {
            await client.ConnectAsync(url);
            return (await client.ReadToEndAsync()).Received;
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private ConnectionLimits Limits(LimitsOptions limits) => new(
        new MirrorOptions { DataDirectory = "/nowhere", Limits = limits, TrustedProxies = [IPNetwork.Parse("10.0.0.0/8")] },
        _services.GetRequiredService<IMeterFactory>(),
        new ManualTimeProvider(),
        NullLogger<ConnectionLimits>.Instance);

    private static DefaultConnectionContext From(string address) =>
        new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40000) };
}
