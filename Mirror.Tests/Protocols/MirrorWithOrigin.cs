using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Protocols;

/// <summary>A mirror with a fake origin as <c>registry.example.com</c>.</summary>
public sealed class MirrorWithOrigin : IAsyncDisposable
{
    public const string Host = "registry.example.com";
    public const string Base = $"/v1/mirror/{Host}/example/hello/";
    public const string Package = "terraform-provider-hello_1.0.0_linux_amd64.zip";

    // Timeouts of the real clock must not end or restart anything because the machine is busy.
    private static readonly UpstreamLimits RelaxedLimits = new()
    {
        DocumentDeadline = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromMinutes(1),
        PackageIdleTimeout = TimeSpan.FromMinutes(1),
        BreakerPause = TimeSpan.FromMinutes(5),
        UnknownVersionInterval = TimeSpan.FromMinutes(5),
        NewestProofWait = TimeSpan.FromMinutes(1),
    };

    private MirrorWithOrigin(FakeOrigin origin, MirrorServer server)
    {
        Origin = origin;
        Server = server;
    }

    public FakeOrigin Origin { get; }

    public MirrorServer Server { get; }

    public HttpClient Client => Server.Client;

    /// <param name="setUp">The providers of the origin; by default example/hello 1.0.0, 1.1.0 and 2.0.0.</param>
    public static async Task<MirrorWithOrigin> StartAsync(
        Action<FakeOrigin>? setUp = null,
        Func<MirrorOptions, MirrorOptions>? configure = null,
        Func<UpstreamOptions, UpstreamOptions>? upstream = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null)
    {
        var origin = FakeOrigin.Start();
        (setUp ?? (o => o.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0", "2.0.0")))(origin);
        try
        {
            var server = await MirrorServer.StartAsync(
                options =>
                {
                    var changed = options.Upstream with
                    {
                        Hosts = [new UpstreamHostOptions { Name = Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }],
                        Limits = time is null ? RelaxedLimits : options.Upstream.Limits,
                    };
                    options = options with
                    {
                        Upstream = upstream?.Invoke(changed) ?? changed,
                        Listen = options.Listen with { Https = null },
                    };
                    return configure?.Invoke(options) ?? options;
                },
                time,
                services);
            return new MirrorWithOrigin(origin, server);
        }
        catch
        {
            await origin.DisposeAsync();
            throw;
        }
    }

    public static ProviderHostname Name { get; } = ProviderAddress.Parse($"{Host}/example/hello").Hostname;

    public Task<JsonElement> GetJsonAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path);

    public FakePackage OriginPackage(string version = "1.0.0", string platform = "linux_amd64") =>
        Origin.Provider("example/hello")[version].Package(platform);

    /// <summary>Waits until the results of requests are stored: rows and content hashes.</summary>
    public Task WhenIdleAsync() => WhenIdleAsync(Server);

    public static async Task WhenIdleAsync(MirrorServer server)
    {
        await server.Services.GetRequiredService<ProviderMirror>().WhenIdleAsync();
        await server.Services.GetRequiredService<ContentHashes>().WhenIdleAsync();
    }

    public async Task<int> CountStoredFilesAsync()
    {
        int count = 0;
        await foreach (var _ in Server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None))
        {
            count++;
        }

        return count;
    }

    public int CountStagedFiles() => Directory.GetFiles(Server.Host.Options.StagingDirectory).Length;

    public Task<T> QueryAsync<T>(Func<MirrorDbContext, Task<T>> query) => QueryAsync(Server, query);

    public static async Task<T> QueryAsync<T>(MirrorServer server, Func<MirrorDbContext, Task<T>> query)
    {
        await using var db = server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        return await query(db);
    }

    public Task<int> CountPackageRowsAsync() => QueryAsync(db => db.Packages.CountAsync());

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
