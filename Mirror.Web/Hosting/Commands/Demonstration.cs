using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Demo;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting.Commands;

/// <summary>
/// The additions of <c>mirror serve --demo</c>: an origin on loopback, and a separate data directory that keeps the demo out of the
/// operator's data.
/// </summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private readonly string? _temporaryDirectory;
    private string? _announcement;

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

    /// <summary>Has the commands of this user find the demo, until it ends.</summary>
    /// <param name="userDirectory">That of a <see cref="CommandEnvironment"/>.</param>
    /// <returns>Whether they do: the user may have no directory, or one that cannot be written.</returns>
    public bool Announce(string? userDirectory, ServerUrls urls)
    {
        if (userDirectory is null)
        {
            return false;
        }

        try
        {
            OwnerOnlyFile.CreateDirectory(userDirectory);
            string path = ServerFile.DemoPathIn(userDirectory);
            ServerFile.Write(path, urls, Options.DataDirectory);
            _announcement = path;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Another demo may have replaced it.
        if (_announcement is not null && ServerFile.Read(_announcement)?.ProcessId == Environment.ProcessId)
        {
            File.Delete(_announcement);
        }

        await Origin.DisposeAsync();
        if (_temporaryDirectory is not null)
        {
            Directory.Delete(_temporaryDirectory, recursive: true);
        }
    }
}
