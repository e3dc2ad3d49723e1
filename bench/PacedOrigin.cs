using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>
/// An origin that sends packages at the pace of a fast line, 50 MB/s for each connection, and a server before it. An
/// origin on the same machine without a pace would measure who gets the processors.
/// </summary>
internal sealed class PacedOrigin : IAsyncDisposable
{
    private const int Piece = 1_000_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Gate _gate = new();
    private readonly Task _pump;

    private PacedOrigin(FakeOrigin origin, MirrorProcess mirror)
    {
        Origin = origin;
        Mirror = mirror;
        origin.Misbehave(RequestKind.Package, Fault.Drip(Piece, _gate));
        _pump = PumpAsync();
    }

    public FakeOrigin Origin { get; }

    public MirrorProcess Mirror { get; }

    /// <summary>The client of the origin itself, for the baseline.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<PacedOrigin> StartAsync(int packageSize, params string[] versions)
    {
        var origin = FakeOrigin.Start();
        var provider = origin.AddProvider("example/hello");
        foreach (string version in versions)
        {
            provider.AddVersion(version, added => added.Platforms("linux_amd64").PackageSize(packageSize));
        }

        return new PacedOrigin(origin, await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl));
    }

    public static string MirrorPath(string version) =>
        $"v1/mirror/registry.example.com/example/hello/terraform-provider-hello_{version}_linux_amd64.zip";

    /// <summary>Has the server know the version's documents, as it does when a client asks for the package.</summary>
    public Task WarmDocumentsAsync(string version) =>
        Mirror.Client.GetStringAsync($"v1/mirror/registry.example.com/example/hello/{version}.json");

    /// <summary>Where the origin has the package.</summary>
    public async Task<string> OriginUrlAsync(string version)
    {
        using var document = System.Text.Json.JsonDocument.Parse(
            await Client.GetStringAsync($"{Origin.ProvidersUrl}example/hello/{version}/download/linux/amd64"));
        return document.RootElement.GetProperty("download_url").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump;
        await Mirror.DisposeAsync();
        await Origin.DisposeAsync();
        Client.Dispose();
        _stop.Dispose();
    }

    // One connection at a time is open to the origin: the baseline's, or the server's one fill.
    private async Task PumpAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        int passed = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                // Only what waits is let through: an idle time earns no credit.
                if (_gate.Arrivals > passed)
                {
                    _gate.Pass();
                    passed++;
                }
            }
        }
        catch (OperationCanceledException)
        {
            _gate.Open();
        }
    }
}
