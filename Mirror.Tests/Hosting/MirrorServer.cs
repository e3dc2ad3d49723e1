using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Identity;
using Mirror.Tests.Access;
using Mirror.Tests.Storage.Objects;
using Mirror.Web.Hosting;
using Mirror.Web.Http;

namespace Mirror.Tests.Hosting;

/// <summary>
/// A complete server in this process, on loopback ports that the system selects, with its own temporary data directory. Disposing it stops
/// the server and removes the directory.
/// </summary>
public sealed class MirrorServer : IAsyncDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly bool _ownsDirectory;

    private MirrorServer(MirrorHost host, bool ownsDirectory)
    {
        Host = host;
        _ownsDirectory = ownsDirectory;
    }

    public MirrorHost Host { get; }

    public IServiceProvider Services => Host.Services;

    public string DataDirectory => Host.Options.DataDirectory;

    /// <summary>The HTTP listener.</summary>
    public Uri Url => Host.Urls.Http!;

    /// <summary>The HTTPS listener; <see cref="Client"/> trusts its certificate authority.</summary>
    public Uri HttpsUrl => Host.Urls.Https!;

    /// <summary>A client without credentials, based at <see cref="Url"/>. It does not follow redirects and does not decompress.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Like <see cref="Client"/>, with the administrator token.</summary>
    public HttpClient AdminClient { get; private set; } = null!;

    public string AdminToken { get; private set; } = "";

    /// <param name="configure">Changes the options: listeners, hosts, data directory (which is kept if the caller sets one).</param>
    /// <param name="time">The clock of the server; null: the real one.</param>
    /// <param name="services">Registered last, so that they replace services of the server.</param>
    public static async Task<MirrorServer> StartAsync(
        Func<MirrorOptions, MirrorOptions>? configure = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        string temporary = Path.Combine(Path.GetTempPath(), "mirror-tests-" + Guid.NewGuid().ToString("N"));
        var options = new MirrorOptions
        {
            DataDirectory = temporary,
            Listen = new ListenOptions { Http = new Uri("http://127.0.0.1:0"), Https = new Uri("https://127.0.0.1:0") },
            Packages = new PackagesOptions { MinimumFreeSpace = 0 },
        };
        options = configure?.Invoke(options) ?? options;
        options = await S3Server.ChooseAsync(await MigratedDatabase.PutAsync(options));
        var host = MirrorHost.Build(options, configure: collection =>
        {
            if (time is not null)
            {
                collection.AddSingleton(time);
            }

            collection.AddSingleton<IPasswordHashing, FastPasswordHashing>().AddLazyHubConnections();
            collection.AddSingleton<RequestCounter>().AddSingleton<IStartupFilter>(
                provider => provider.GetRequiredService<RequestCounter>());
            services?.Invoke(collection);
        });
        var server = new MirrorServer(host, options.DataDirectory == temporary);
        try
        {
            await host.StartAsync();
            server.AdminToken = options.Auth.AdminToken ?? Web.Http.AdminToken.ReadFile(options.DataDirectory)!;
            server.Client = server.CreateClient();
            server.AdminClient = server.CreateClient();
            server.AdminClient.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.AdminToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates another client with its own connections. It is disposed with the server.</summary>
    public HttpClient CreateClient(Action<SocketsHttpHandler>? configure = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (Host.AuthorityPath is { } path)
        {
            var authority = X509CertificateLoader.LoadCertificateFromFile(path);
            _owned.Add(authority);
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { authority },
            };
        }

        configure?.Invoke(handler);
        var client = new HttpClient(handler) { BaseAddress = Host.Urls.Http ?? Host.Urls.Https };
        _owned.Add(client);
        return client;
    }

    /// <summary>Completes when the server processes no request, including requests of disconnected clients.</summary>
    public Task WhenAnsweredAsync() => Services.GetRequiredService<RequestCounter>().WhenNoneAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        await Host.StopAsync();
        await Host.DisposeAsync();
        if (_ownsDirectory && Directory.Exists(DataDirectory))
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
