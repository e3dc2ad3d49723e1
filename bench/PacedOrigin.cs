using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>
/// An origin that sends packages at the speed of a fast network, 50 MB/s per connection, and a server that uses it. Without a limit, an
/// origin on the same machine would compete for the processors.
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

    /// <summary>The client of the origin, for the baseline.</summary>
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

    /// <summary>Makes the server cache the documents of the version, like a client that requests the package.</summary>
    public Task WarmDocumentsAsync(string version) =>
        Mirror.Client.GetStringAsync($"v1/mirror/registry.example.com/example/hello/{version}.json");

    /// <summary>The URL of the package at the origin.</summary>
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

    // Only one connection to the origin is open at a time: the baseline, or the single fill of the server.
    private async Task PumpAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        int passed = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                // Only waiting blocks pass: idle time does not accumulate.
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
