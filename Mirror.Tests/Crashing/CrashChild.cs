using System.Diagnostics;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Objects;

namespace Mirror.Tests.Crashing;

/// <summary>
/// A child process that runs a mirror, downloads one package through it, and kills itself (SIGKILL) when the fill reaches a given step.
/// </summary>
public static class CrashChild
{
    /// <summary>The exit code if the step was never reached.</summary>
    public const int NotReached = 3;

    /// <summary>Instead of the origin's URL: publish a version of a provider.</summary>
    public const string Publish = "publish";

    /// <summary>Instead of the origin's URL: publish <see cref="Module"/>.</summary>
    public const string PublishModule = "publish-module";

    /// <summary>The same archive in each process.</summary>
    public static byte[] Module { get; } = ModuleTar.Make(("main.tf", "# a module"));

    /// <param name="args">
    /// The data directory, the origin's providers URL or <see cref="Publish"/>, the step, or <c>-</c> to list the steps only, and optionally the URL and prefix of a
    /// package store.
    /// </param>
    public static async Task<int> Main(string[] args)
    {
        if (args is not [string dataDirectory, string providersUrl, string step, .. var store])
        {
            Console.Error.WriteLine("This is a test assembly; run it with dotnet test.");
            return 2;
        }

        CrashPoints.Observer = reached =>
        {
            Console.WriteLine(reached);
            if (reached == step)
            {
                Console.Out.Flush();
                Process.GetCurrentProcess().Kill();
                new ManualResetEventSlim().Wait();
            }
        };
        if (providersUrl == Publish)
        {
            await using var publisher = await ProviderServer.StartAsync(options => options with { DataDirectory = dataDirectory });
            using var published = await ProviderServer.PublishAsync(publisher, new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64"));
            return published.IsSuccessStatusCode ? NotReached : 1;
        }

        if (providersUrl == PublishModule)
        {
            await using var publishing = await PublishingServer.StartAsync(options => options with
            {
                DataDirectory = dataDirectory,
                Listen = options.Listen with { Https = null },
            });
            return (await PublishingServer.PublishAsync(publishing, Module)).IsSuccess ? NotReached : 1;
        }

        await using var server = await MirrorServer.StartAsync(options => options with
        {
            DataDirectory = dataDirectory,
            Packages = store is [string url, string prefix] ? S3Server.Packages(S3Server.Options(new Uri(url), prefix)) : options.Packages,
            Listen = options.Listen with { Https = null },
            Upstream =
                options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(providersUrl) }] },
        });
        await server.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        await MirrorWithOrigin.WhenIdleAsync(server);
        return NotReached;
    }

    /// <summary>Runs the process until it exits.</summary>
    /// <returns>Its exit code, which is 137 if it was killed, and the steps that it reached.</returns>
    /// <param name="store">The URL and prefix of a package store; empty for the data directory.</param>
    public static async Task<(int ExitCode, IReadOnlyList<string> Steps)> RunAsync(
        string dataDirectory, string providersUrl, string step, params string[] store)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Mirror.Tests.dll"), dataDirectory, providersUrl, step, .. store])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
