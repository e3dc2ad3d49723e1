using Mirror.Core.Configuration;
using Mirror.Web.Hosting.Demo;

namespace Mirror.Web.Hosting.Commands;

/// <summary>
/// The additions of <c>mirror serve --demo</c>: an origin on loopback, and a separate data directory that keeps the demo out of the
/// operator's data.
/// </summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private readonly string? _temporaryDirectory;

    private Demonstration(DemoOrigin origin, MirrorOptions options, string? temporaryDirectory)
    {
        Origin = origin;
        Options = options;
        _temporaryDirectory = temporaryDirectory;
    }

    public DemoOrigin Origin { get; }

    /// <summary>The configuration with the demo origin.</summary>
    public MirrorOptions Options { get; }

    /// <param name="configured">The configuration without the demo.</param>
    /// <param name="keepData">Uses the configured data directory; otherwise a temporary one is used and removed at the end.</param>
    public static async Task<Demonstration> StartAsync(MirrorOptions configured, bool keepData)
    {
        var origin = await DemoOrigin.StartAsync(TimeProvider.System);
        string? temporary = keepData ? null : Directory.CreateTempSubdirectory("mirror-demo-").FullName;
        var host = new UpstreamHostOptions { Name = DemoOrigin.Hostname, ProvidersUrl = origin.ProvidersUrl };
        var others = configured.Upstream.Hosts.Where(other => other.Name != host.Name);
        var options = configured with
        {
            DataDirectory = temporary ?? configured.DataDirectory,
            Upstream = configured.Upstream with { Hosts = [.. others, host] },
        };
        return new Demonstration(origin, options, temporary);
    }

    public async ValueTask DisposeAsync()
    {
        await Origin.DisposeAsync();
        if (_temporaryDirectory is not null)
        {
            Directory.Delete(_temporaryDirectory, recursive: true);
        }
    }
}
