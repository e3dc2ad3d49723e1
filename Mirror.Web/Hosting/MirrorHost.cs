using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Hosted;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Storage.Retention;
using Mirror.Web.Cli;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;
using Mirror.Web.Protocols;
using Mirror.Web.Protocols.NetworkMirror;
using Mirror.Web.Protocols.Oci;
using Mirror.Web.Protocols.Registry;
using Mirror.Web.Ui.Alerts;

namespace Mirror.Web.Hosting;

/// <summary>The whole server, as the executable and the tests run it.</summary>
public sealed class MirrorHost : IAsyncDisposable
{
    private readonly MirrorOptions _options;
    private readonly WebApplication _app;
    private readonly ILogger _log;
    private readonly ServerCertificates _certificates;
    private readonly CancellationTokenSource _ending;
    private readonly DataDirectoryLock _lock;
    private ServerUrls? _urls;
    private Task? _stop;

    private MirrorHost(MirrorOptions options, WebApplication app, CancellationTokenSource ending, DataDirectoryLock held)
    {
        _options = options;
        _app = app;
        _ending = ending;
        _lock = held;
        _log = app.Services.GetRequiredService<ILogger<MirrorHost>>();
        _certificates = app.Services.GetRequiredService<ServerCertificates>();
    }

    public IServiceProvider Services => _app.Services;

    public MirrorOptions Options => _options;

    /// <summary>The bound addresses, available once the server has started.</summary>
    public ServerUrls Urls => _urls ?? throw new InvalidOperationException("The server has not started.");

    /// <summary>The certificate authority that clients must trust; null with a configured certificate or without HTTPS.</summary>
    public string? AuthorityPath => _certificates.AuthorityPath;

    /// <summary>The token that this start generated, to be shown once; null if one existed or is configured.</summary>
    public string? NewAdminToken { get; private set; }

    /// <summary>Composes the server after locking the data directory, in which services create missing files.</summary>
    /// <param name="options">The validated configuration.</param>
    /// <param name="logging">The configuration section <c>Logging</c>; null logs warnings only.</param>
    /// <param name="configure">Runs last, so that its registrations replace others.</param>
    /// <exception cref="StartFailedException">The data directory is unusable, or another server uses it.</exception>
    /// <exception cref="InvalidConfigurationException">A configured file or path is unusable.</exception>
    public static MirrorHost Build(
        MirrorOptions options, IConfigurationSection? logging = null, Action<IServiceCollection>? configure = null)
    {
        var held = DataDirectoryLock.Acquire(options.DataDirectory);
        var ending = new CancellationTokenSource();
        try
        {
            return new MirrorHost(options, Compose(options, logging, configure, ending.Token), ending, held);
        }
        catch
        {
            ending.Dispose();
            held.Dispose();
            throw;
        }
    }

    private static WebApplication Compose(
        MirrorOptions options, IConfigurationSection? logging, Action<IServiceCollection>? configure, CancellationToken ending)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(MirrorHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        AddLogging(builder.Logging, logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(ConnectionLimits.Apply);
        builder.WebHost.ConfigureKestrel(kestrel =>
            Listeners.Configure(
                kestrel,
                options,
                kestrel.ApplicationServices.GetRequiredService<ConnectionLimits>(),
                kestrel.ApplicationServices.GetRequiredService<ServerCertificates>(),
                kestrel.ApplicationServices.GetRequiredService<ClientCertificates>()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = GracefulStop.CleanUpTime);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, RecordSizedMemory>();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<Readiness>()
            .AddSingleton<ServerCertificates>()
            .AddSingleton<ICertificateTerm>(provider => provider.GetRequiredService<ServerCertificates>())
            .AddSingleton<ClientCertificates>()
            .AddSingleton<ConnectionLimits>()
            .AddSingleton<RequestLane>();
        builder.Services.AddMirrorCore(options);
        builder.Services.AddSingleton(
            provider => new ServerLifetime(ending, provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        builder.Services.AddHostedService<FetchingWorker>();
        builder.Services.AddHostedService<ScrubWorker>();
        builder.Services.AddHostedService<AuditWorker>();
        builder.Services.AddHostedService<JobWorker>();
        builder.Services.AddHostedService<RetentionWorker>();
        builder.Services.AddHostedService<StatisticsWorker>();
        builder.Services.AddRequestBounds();
        builder.Services.AddProtocols();
        builder.Services.AddMirrorAccess();
        builder.Services.AddMirrorApi();
        builder.Services.AddMirrorMetrics();
        builder.Services.AddMirrorUi(options);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseBasePath(options);
        app.UseSecurityHeaders(options);
        app.UseProblemDocuments();
        app.UseCertificateRequirement(options);
        app.UseRateLimits();
        app.UseHeadRequests();
        app.UseRouting();
        app.UseRequestBounds();
        app.UseRequestLane();
        app.UseOwnHostname();
        app.UseAccessPolicies();
        app.MapHealth();
        app.MapMetrics();
        app.MapNetworkMirror(options);
        app.MapRegistries(options);
        app.MapOci(options);
        app.MapServiceDiscovery(options);
        app.MapIssuer();
        app.MapMirrorApi();
        app.MapMirrorUi();
        app.CheckPublicUrl(options);
        return app;
    }

    /// <summary>Opens the database and the store, recovers, then opens the listeners; the server is ready when this returns.</summary>
    /// <exception cref="StartFailedException">The operator must fix a problem.</exception>
    /// <exception cref="InvalidConfigurationException">A configured file is unusable.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await Services.OpenDataAsync(adoptStore: false, cancellationToken);
        if (_options.Listen.Https is not null)
        {
            _certificates.Load();
        }

        await Services.GetRequiredService<HostnameChange>().ApplyAsync(cancellationToken);
        NewAdminToken = await Services.GetRequiredService<AdminToken>().PrepareAsync(cancellationToken);
        await Services.GetRequiredService<StartupRecovery>().RunAsync(cancellationToken);
        await ListenAsync(cancellationToken);
        ServerFile.Write(ServerFile.PathIn(_options.DataDirectory), Urls);
        Services.GetRequiredService<Readiness>().IsReady = true;
        HostLog.Started(_log, string.Join(" and ", new[] { Urls.Https, Urls.Http }.OfType<Uri>()), _options.DataDirectory);
        if (_options.Upstream.Proxy is { Https: null, Http: null } is false || _options.Auth.Oidc?.Proxy is not null)
        {
            HostLog.OutboundProxies(
                _log, _options.Upstream.Proxy, _options.Auth.Oidc?.Proxy is { } proxy ? $"through the proxy {proxy}" : "directly");
        }

        WarnAboutAnonymousRead();
    }

    /// <summary>Runs until the server is stopped or fails.</summary>
    /// <param name="stop">Requests a graceful stop.</param>
    /// <param name="hurry">Stops without waiting for running requests.</param>
    /// <returns>False if the server failed; the log has the reason.</returns>
    public async Task<bool> RunAsync(CancellationToken stop, CancellationToken hurry)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool wasTold = stop.IsCancellationRequested;
        await StopAsync(hurry);
        return wasTold;
    }

    /// <summary>Waits for running requests (<c>Mirror:Shutdown:Timeout</c>), then cancels them; removes staged files.</summary>
    /// <param name="hurry">Cancels running requests immediately.</param>
    public Task StopAsync(CancellationToken hurry = default) =>
        _stop ??= _urls is null ? _app.StopAsync(hurry) : new GracefulStop(_app, _options.Shutdown, _ending, _log).RunAsync(hurry);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _ending.Dispose();
        if (_urls is not null)
        {
            File.Delete(ServerFile.PathIn(_options.DataDirectory));
        }

        _lock.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Services that started before the listeners must stop in order.
            await _app.StopAsync(CancellationToken.None);
            if (Listeners.Explain(e, _options.Listen) is { } explained)
            {
                throw explained;
            }

            throw;
        }

        _urls = Listeners.Bound(Services.GetRequiredService<IServer>(), _options);
        Services.GetRequiredService<InstanceAddress>().Listening((_urls.Https ?? _urls.Http)!);
    }

    private void WarnAboutAnonymousRead()
    {
        foreach (var url in new[] { _options.Listen.Http, _options.Listen.Https })
        {
            if (url is not null && _options.Auth.AnonymousRead && !ListenAddress.IsLoopback(url))
            {
                HostLog.AnonymousReadBeyondLoopback(_log, url.GetLeftPart(UriPartial.Authority));
            }
        }
    }

    /// <summary>
    /// Log categories of the framework that report only client input: HTTP/2 frames, hub calls of open pages, forms without their cookie.
    /// </summary>
    internal static readonly string[] ClientFaults =
    [
        "Microsoft.AspNetCore.Server.Kestrel.Http2", "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",
        "Microsoft.AspNetCore.Antiforgery.DefaultAntiforgery",
    ];

    private static void AddLogging(ILoggingBuilder builder, IConfigurationSection? logging)
    {
        // A client's protocol error ends its connection. The framework logs each as an error with a stack trace, which would let any
        // client fill the log. Added before the configuration, which may enable them.
        foreach (string category in ClientFaults)
        {
            builder.AddFilter(category, LogLevel.None);
        }

        if (logging is null)
        {
            builder.SetMinimumLevel(LogLevel.Warning);
        }
        else
        {
            builder.AddConfiguration(logging);
        }

        // A failed start is explained in one line, without a stack trace in the log.
        builder.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
    }
}
