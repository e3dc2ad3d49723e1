using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Tests.Fetching;
using Mirror.Tests.Hosting;
using Mirror.Tests.Time;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Ui;

/// <summary>The limits for connected pages of visitors who are not signed in.</summary>
public sealed class AnonymousPageTests
{
    private const string FromTest = "203.0.113.7";
    private const string FromElsewhere = "203.0.113.8";

    [Fact]
    public async Task Page_BeyondTheLimitOfItsAddress_IsNotConnectedUntilAnotherCloses()
    {
        await using var server = await StartAsync(new LimitsOptions { AnonymousPages = 10, AnonymousPagesPerAddress = 2 });
        using var meters = new RecordedMeters(server.Services.GetRequiredService<IMeterFactory>());
        using var first = await ConnectAsync(server, FromTest);
        using var second = await ConnectAsync(server, FromTest);
        await WhenOpenAsync(meters, 2);

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, FromTest));
        using var negotiation = await NegotiateAsync(server, FromTest);
        using var other = await ConnectAsync(server, FromElsewhere);
        await WhenOpenAsync(meters, 3);
        await CloseAsync(first);
        await WhenOpenAsync(meters, 2);

        Assert.Contains("503", refused.Message);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/problem+json"),
            (negotiation.StatusCode, negotiation.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(negotiation.Headers.RetryAfter);
        Assert.Equal(2, meters.Read("mirror.pages.refused", "per_address"));
        await CloseAsync(second);
        await CloseAsync(other);
        await WhenOpenAsync(meters, 0);
    }

    [Fact]
    public async Task Page_BeyondTheTotalLimit_IsConnectedForSignedInUsers()
    {
        await using var server = await StartAsync(new LimitsOptions { AnonymousPages = 1 });
        using var meters = new RecordedMeters(server.Services.GetRequiredService<IMeterFactory>());
        using var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));
        using var only = await ConnectAsync(server, FromTest);
        await WhenOpenAsync(meters, 1);

        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, FromElsewhere));
        using var mine = await ConnectAsync(server, FromElsewhere, browser.Cookie("mirror-session"));

        Assert.Equal(WebSocketState.Open, mine.State);
    }

    /// <summary>The hub rejects connections that passed before the others were counted.</summary>
    [Fact]
    public async Task Hub_BeyondThePageLimit_EndsTheConnection()
    {
        await using var server = await StartAsync(new LimitsOptions { AnonymousPages = 1 });
        var pages = server.Services.GetRequiredService<AnonymousPages>();
        var (first, second) = (new HubCaller(), new HubCaller());
        int connected = 0;

        await pages.OnConnectedAsync(Connection(first), _ => Task.FromResult(connected++));
        await pages.OnConnectedAsync(Connection(second), _ => Task.FromResult(connected++));
        var (firstEnded, secondEnded) = (first.ConnectionAborted.IsCancellationRequested, second.ConnectionAborted.IsCancellationRequested);
        await pages.OnDisconnectedAsync(Connection(second), null, (_, _) => Task.CompletedTask);
        await pages.OnDisconnectedAsync(Connection(first), null, (_, _) => Task.CompletedTask);
        await pages.OnConnectedAsync(Connection(new HubCaller()), _ => Task.FromResult(connected++));

        Assert.Equal((false, true, 2), (firstEnded, secondEnded, connected));

        HubLifetimeContext Connection(HubCaller caller) => new(caller, server.Services, new EmptyHub());
    }

    /// <summary>Negotiations use memory for a while, although no connection keeps them open.</summary>
    [Fact]
    public async Task Negotiations_BeyondThePageLimit_AreRejected()
    {
        await using var server = await StartAsync(new LimitsOptions { AnonymousPages = 4, AnonymousPagesPerAddress = 3 });
        using var meters = new RecordedMeters(server.Services.GetRequiredService<IMeterFactory>());
        var answers = new List<HttpStatusCode>();

        foreach (string from in new[] { FromTest, FromTest, FromTest, FromTest, FromElsewhere, FromElsewhere })
        {
            using var answer = await NegotiateAsync(server, from);
            answers.Add(answer.StatusCode);
        }

        const HttpStatusCode ok = HttpStatusCode.OK, refused = HttpStatusCode.ServiceUnavailable;
        Assert.Equal([ok, ok, ok, refused, ok, refused], answers);
        Assert.Equal((1, 1), (meters.Read("mirror.pages.refused", "per_address"), meters.Read("mirror.pages.refused", "in_all")));
    }

    [Theory]
    [InlineData("/_blazor/initializers", HttpStatusCode.OK)]
    [InlineData("/_blazor?id=unknown", HttpStatusCode.NotFound)]
    [InlineData("/_blazor?id=", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/_blazor/", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/_Blazor/Negotiate/", HttpStatusCode.ServiceUnavailable)]
    public async Task Requests_AtThePageLimit_AreServedOnlyForOpenPages(string url, HttpStatusCode expected)
    {
        await using var server = await StartAsync(new LimitsOptions { AnonymousPages = 0 });

        using var request = new HttpRequestMessage(
            url.Contains("egotiate", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, url);
        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    private static Task<MirrorServer> StartAsync(LimitsOptions limits) => MirrorServer.StartAsync(options => options with
    {
        Limits = limits,
        TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
    });

    /// <summary>Connects like the script of a page, up to the hub's handshake. Then the hub has registered the page.</summary>
    private static async Task<ClientWebSocket> ConnectAsync(MirrorServer server, string from, string? session = null)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("X-Forwarded-For", from);
            if (session is not null)
            {
                socket.Options.SetRequestHeader("Cookie", $"mirror-session={session}");
            }

            await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/_blazor"), CancellationToken.None);
            await socket.SendAsync(
                Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"),
                WebSocketMessageType.Text,
                true,
                CancellationToken.None);
            await socket.ReceiveAsync(new byte[1024], CancellationToken.None);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Task CloseAsync(ClientWebSocket socket) =>
        socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    private static async Task<HttpResponseMessage> NegotiateAsync(MirrorServer server, string from)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1")
        { Headers = { { "X-Forwarded-For", from } } };
        return await server.Client.SendAsync(request);
    }

    private static Task WhenOpenAsync(RecordedMeters meters, long count) =>
        Eventually.TrueAsync(() => meters.Read("mirror.pages.anonymous") == count);

    private sealed class EmptyHub : Hub;

    private sealed class HubCaller : HubCallerContext
    {
        private bool _aborted;

        public override string ConnectionId => "test";

        public override string? UserIdentifier => null;

        public override ClaimsPrincipal? User => null;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override CancellationToken ConnectionAborted => new(_aborted);

        public override void Abort() => _aborted = true;
    }
}
