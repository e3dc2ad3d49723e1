using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Mirror.Core.Configuration;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Mirror.Web.Hosting;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Hosting;

/// <summary>The stop of a server: what is completed, what ends on its own, and what is aborted, without leftover files.</summary>
public sealed class GracefulStopTests
{
    private const string Other = $"/v1/mirror/{Host}/example/other/index.json";
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task ActiveRequests_BeforeTheTimeout_AreCompleted()
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartTwoAsync(Long);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100_000, gate.Gate));
        mirror.Origin.Misbehave(request => request.Kind == RequestKind.Versions
            && request.Path.Contains("/other/", StringComparison.Ordinal), Fault.Hang(gate.Gate));
        using var package = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        var document = mirror.Client.GetAsync(Other);
        await gate.Gate.WhenReached(2);

        var stop = mirror.Server.Host.StopAsync();
        gate.Gate.Open();

        using var answer = await document;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content, await package.Content.ReadAsByteArrayAsync());
        await stop.WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Downloads_AfterTheTimeoutOrTheSecondSignal_AreAbortedAndLeaveNoFiles(bool hurries)
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartTwoAsync(hurries ? Long : TimeSpan.Zero);
        mirror.Origin.Misbehave(request => request.Kind == RequestKind.Package
            && request.Path.Contains("linux", StringComparison.Ordinal), Fault.HangAfter(100_000, gate.Gate));
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate.Gate));
        using var flowing = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        var waiting = mirror.Client.GetAsync(Base + Package.Replace("linux", "darwin", StringComparison.Ordinal));
        await gate.Gate.WhenReached(2);

        await mirror.Server.Host.StopAsync(new CancellationToken(hurries)).WaitAsync(Eventually.WaitTimeout, TimeProvider.System);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => flowing.Content.ReadAsByteArrayAsync());
        Assert.Equal(0, mirror.CountStagedFiles());
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        if (!hurries)
        {
            using var answer = await waiting;
            await OriginFaultTests.AssertProblemAsync(answer, 503);
            Assert.Contains("stopping", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        else
        {
            await Task.WhenAny(waiting);
        }
    }

    [Fact]
    public async Task Upload_AfterTheTimeout_IsAbortedAndLeavesNoFiles()
    {
        await using var server = await MirrorServer.StartAsync(With(TimeSpan.Zero));
        using var body = new HeldContent();
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            $"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0/platforms/linux_amd64/package")
        { Content = body };
        var upload = server.AdminClient.SendAsync(request);
        await body.Reached;
        await Eventually.TrueAsync(() => Directory.GetFiles(server.Host.Options.StagingDirectory).Length == 1);

        await server.Host.StopAsync().WaitAsync(Eventually.WaitTimeout, TimeProvider.System);

        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        body.Release();
        await Task.WhenAny(upload);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("page")]
    [InlineData("events")]
    public async Task IdleConnection_DuringAStop_DoesNotDelayIt(string kind)
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartTwoAsync(Long);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate.Gate));
        using IDisposable connection = kind switch
        {
            "silent" => await ConnectAsync(mirror, ""),
            "page" => await OpenPageAsync(mirror),
            _ => await WatchSyncAsync(mirror, gate.Gate),
        };

        await mirror.Server.Host.StopAsync().WaitAsync(Eventually.WaitTimeout, TimeProvider.System);

        Assert.Equal(0, mirror.CountStagedFiles());
    }

    [Fact]
    public async Task IncompleteRequest_AfterTheTimeout_IsDisconnected()
    {
        await using var mirror = await StartTwoAsync(TimeSpan.Zero);
        using var client = await ConnectAsync(mirror, "GET /health/live HTTP/1.1\r\nHost: ");

        await mirror.Server.Host.StopAsync().WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
    }

    [Fact]
    public async Task NonReadingClient_AfterTheTimeout_IsDisconnected()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(20_000_000, With(TimeSpan.Zero));
        using var idle = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        await mirror.WhenIdleAsync();

        await mirror.Server.Host.StopAsync().WaitAsync(Eventually.WaitTimeout, TimeProvider.System);

        await Assert.ThrowsAnyAsync<Exception>(() => idle.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Start_CanceledBeforeListening_LeavesAUsableDirectory()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var host = MirrorHost.Build(new MirrorOptions { DataDirectory = directory }))
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.StartAsync(new CancellationToken(true)));
            }

            await using var server = await MirrorServer.StartAsync(options => options with { DataDirectory = directory });
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/ready")).StatusCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Func<MirrorOptions, MirrorOptions> With(TimeSpan timeout) =>
        options => options with { Shutdown = new ShutdownOptions { Timeout = timeout } };

    private static Task<MirrorWithOrigin> StartTwoAsync(TimeSpan timeout) => StartAsync(
        origin =>
        {
            origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.Platforms("linux_amd64", "darwin_amd64").PackageSize(400_000));
            origin.AddProvider("example/other").AddVersions("1.0.0");
        },
        With(timeout));

    private static async Task<TcpClient> ConnectAsync(MirrorWithOrigin mirror, string sent)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, mirror.Server.Url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent));
        return client;
    }

    private static async Task<ClientWebSocket> OpenPageAsync(MirrorWithOrigin mirror)
    {
        var page = new ClientWebSocket();
        page.Options.SetRequestHeader("Origin", mirror.Server.Url.GetLeftPart(UriPartial.Authority));
        await page.ConnectAsync(new UriBuilder(mirror.Server.Url) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        return page;
    }

    private static async Task<HttpResponseMessage> WatchSyncAsync(MirrorWithOrigin mirror, Gate gate)
    {
        using var started = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/syncs", new { providers = new[] { new { provider = $"{Host}/example/hello", versions = "1.0.0" } } });
        long id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
        var events = await mirror.Server.AdminClient.GetAsync(
            $"/api/v1/groups/default/syncs/{id}/events", HttpCompletionOption.ResponseHeadersRead);
        await gate.WhenReached();
        return events;
    }

    /// <summary>The start of a large body. The rest is sent when the test releases it.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldContent() => Headers.ContentType = new MediaTypeHeaderValue("application/zip");

        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[100_000]);
            await stream.FlushAsync();
            _reached.SetResult();
            await _released.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1_000_000;
            return true;
        }
    }
}
