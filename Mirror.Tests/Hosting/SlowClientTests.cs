using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin.Wire;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Hosting;

/// <summary>
/// The server disconnects clients that keep a connection without using it. The web server uses only the real clock, so each test waits
/// until the server disconnects the client.
/// </summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly LimitsOptions Impatient = new()
    {
        IdleTimeout = Second,
        HandshakeTimeout = Second,
        RequestHeadTimeout = Second,
        RequestRate = 1 << 20,
        ResponseRate = 1 << 20,
        RateGrace = 2 * Second,
    };

    [Theory]
    [InlineData("http", "", "")]
    [InlineData("https", "", "")]
    [InlineData("http", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:", "HTTP/1.1 408 ")]
    [InlineData(
        "http",
        "POST /terraform-login/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na",
        "HTTP/1.1 408 ")]
    [InlineData("http", "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200 ")]
    public async Task Connection_WithoutFurtherData_IsClosed(string scheme, string sent, string answer)
    {
        await using var server = await MirrorServer.StartAsync(options => options with { Limits = Impatient });
        using var client = new RawClient();
        await client.ConnectAsync((scheme == "https" ? server.HttpsUrl : server.Url).AbsoluteUri);

        await client.SendAsync(sent);
        string received = (await client.ReadToEndAsync()).Received;

        Assert.StartsWith(answer, received, StringComparison.Ordinal);
        Assert.Equal(answer.Length == 0, received.Length == 0);
    }

    [Fact]
    public async Task Package_NotReadByItsClient_IsAborted()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.Platforms("linux_amd64").PackageSize(32 << 20)),
            options => options with { Limits = Impatient });
        using var warm = await mirror.Client.GetAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, mirror.Server.Url.Port);

        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {MirrorWithOrigin.Base}{MirrorWithOrigin.Package} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        int received = await socket.ReceiveAsync(new byte[1024]);
        await mirror.Server.WhenAnsweredAsync();

        Assert.NotEqual(0, received);
        Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
    }

    [Fact]
    public async Task RequestHead_LargerThanTheLimit_IsRejected()
    {
        await using var server = await MirrorServer.StartAsync();
        using var tooLong = new RawClient();
        using var tooMany = new RawClient();
        using var tooLarge = new RawClient();
        await tooLong.ConnectAsync(server.Url.AbsoluteUri);
        await tooMany.ConnectAsync(server.Url.AbsoluteUri);
        await tooLarge.ConnectAsync(server.Url.AbsoluteUri);

        await tooLong.GetAsync("/" + new string('a', 8 * 1024));
        await tooMany.GetAsync("/", "GET", [.. Enumerable.Range(0, 101).Select(i => $"X-{i}: a")]);
        await tooLarge.GetAsync("/", "GET", [.. Enumerable.Range(0, 4).Select(i => $"X-{i}: {new string('a', 8 * 1024)}")]);

        Assert.StartsWith("HTTP/1.1 414 ", (await tooLong.ReadToEndAsync()).Received, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", (await tooMany.ReadToEndAsync()).Received, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", (await tooLarge.ReadToEndAsync()).Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAhead_OfAConnection_IsBounded()
    {
        await using var server = await MirrorServer.StartAsync();

        var sockets = server.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value;
        var kestrel = server.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal((64L << 10, 64L << 10), (sockets.MaxReadBufferSize, kestrel.MaxRequestBufferSize));
        Assert.Equal(
            (128 << 10, 128 << 10, 100),
            (kestrel.Http2.InitialConnectionWindowSize, kestrel.Http2.InitialStreamWindowSize, kestrel.Http2.MaxStreamsPerConnection));
    }
}
