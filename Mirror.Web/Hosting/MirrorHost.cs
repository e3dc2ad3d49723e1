using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.HttpOverrides;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Storage.Retention;
using Mirror.Web.Cli;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;
using Mirror.Web.Protocols;
using Mirror.Web.Protocols.NetworkMirror;
using Mirror.Web.Protocols.Registry;

namespace Mirror.Web.Hosting;

/// <summary>The whole server in one process: what the executable runs, and what tests run inside theirs.</summary>
public sealed class MirrorHost : IAsyncDisposable
{
    private readonly MirrorOptions _options;
    private readonly WebApplication _app;
    private readonly ILogger _log;
    private readonly CertificateHolder _certificate;
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
        _certificate = app.Services.GetRequiredService<CertificateHolder>();
    }

    public IServiceProvider Services => _app.Services;

    public MirrorOptions Options => _options;

    /// <summary>Known once the server has started.</summary>
    public ServerUrls Urls => _urls ?? throw new InvalidOperationException("The server has not started.");

    /// <summary>The certificate authority that clients must trust; null where the operator gave the certificate, or HTTPS is off.</summary>
    public string? AuthorityPath => _certificate.Loaded?.AuthorityPath;

    /// <summary>The token that this start has made, to be shown once; null where one was there before or is configured.</summary>
    public string? NewAdminToken { get; private set; }

    /// <summary>
    /// Composes the server once the data directory is its own: what it is made of looks for its files and makes what is missing.
    /// </summary>
    /// <param name="options">The validated configuration.</param>
    /// <param name="logging">The configuration's section <c>Logging</c>; null: warnings only.</param>
    /// <param name="configure">Runs last, so that what it registers replaces what is here.</param>
    /// <exception cref="StartFailedException">The data directory cannot be used, or another server uses it.</exception>
    /// <exception cref="InvalidConfigurationException">A file that the configuration names cannot be used.</exception>
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
                kestrel.ApplicationServices.GetRequiredService<CertificateHolder>().Load));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = GracefulStop.CleanUpTime);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, RecordSizedMemory>();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<Readiness>()
            .AddSingleton<CertificateHolder>()
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
        UseForwardedHeaders(app, options);
        app.UseSecurityHeaders(options);
        app.UseProblemDocuments();
        app.UseRateLimits();
        app.UseHeadRequests();
        app.UseRouting();
        app.UseRequestBounds();
        app.UseRequestLane();
        app.UseAccessPolicies();
        app.MapHealth();
        app.MapMetrics();
        app.MapNetworkMirror(options);
        app.MapRegistries(options);
        app.MapServiceDiscovery(options);
        app.MapIssuer();
        app.MapMirrorApi();
        app.MapMirrorUi();
        return app;
    }

    /// <summary>Database and store, then recovery, then the listeners; once this returns the server is ready.</summary>
    /// <exception cref="StartFailedException">The operator has to mend something.</exception>
    /// <exception cref="InvalidConfigurationException">A file that the configuration names cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await Services.OpenDataAsync(adoptStore: false, cancellationToken);
        if (_options.Listen.Https is not null)
        {
            WarnAboutCertificate(_certificate.Load());
        }

        NewAdminToken = await Services.GetRequiredService<AdminToken>().PrepareAsync(cancellationToken);
        await Services.GetRequiredService<StartupRecovery>().RunAsync(cancellationToken);
        await ListenAsync(cancellationToken);
        ServerFile.Write(_options.DataDirectory, Urls);
        Services.GetRequiredService<Readiness>().IsReady = true;
        HostLog.Started(_log, string.Join(" and ", new[] { Urls.Https, Urls.Http }.OfType<Uri>()), _options.DataDirectory);
        WarnAboutAnonymousRead();
    }

    /// <summary>Returns once the server has stopped, because it was told to or because it cannot go on.</summary>
    /// <param name="stop">Tells it to.</param>
    /// <param name="hurry">Tells it not to wait for requests under way.</param>
    /// <returns>False where it cannot go on; the log says why.</returns>
    public async Task<bool> RunAsync(CancellationToken stop, CancellationToken hurry)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool wasTold = stop.IsCancellationRequested;
        await StopAsync(hurry);
        return wasTold;
    }

    /// <summary>Lets requests under way finish (<c>Mirror:Shutdown:Timeout</c>), then ends them; nothing that was staged is left.</summary>
    /// <param name="hurry">Ends them at once.</param>
    public Task StopAsync(CancellationToken hurry = default) =>
        _stop ??= _urls is null ? _app.StopAsync(hurry) : new GracefulStop(_app, _options.Shutdown, _ending, _log).RunAsync(hurry);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _ending.Dispose();
        if (_urls is not null)
        {
            ServerFile.Remove(_options.DataDirectory);
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
            // What had begun before the listeners must end in order, not by losing what it works with.
            await _app.StopAsync(CancellationToken.None);
            if (Listeners.Explain(e, _options.Listen) is { } explained)
            {
                throw explained;
            }

            throw;
        }

        _urls = Listeners.Bound(Services.GetRequiredService<IServer>());
        Services.GetRequiredService<InstanceAddress>().Listening((_urls.Https ?? _urls.Http)!);
    }

    private void WarnAboutCertificate(ServerCertificate certificate)
    {
        var end = new DateTimeOffset(certificate.Certificate.NotAfter.ToUniversalTime());
        if (end < Services.GetRequiredService<TimeProvider>().GetUtcNow())
        {
            HostLog.CertificateExpired(_log, _options.Tls.CertificatePath, end);
        }
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
    /// Categories of the framework that tell nothing but what clients sent: frames of HTTP/2, calls to the hub of open pages, forms without
    /// their cookie.
    /// </summary>
    internal static readonly string[] ClientFaults =
    [
        "Microsoft.AspNetCore.Server.Kestrel.Http2", "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",
        "Microsoft.AspNetCore.Antiforgery.DefaultAntiforgery",
    ];

    private static void AddLogging(ILoggingBuilder builder, IConfigurationSection? logging)
    {
        // What a stranger's connection does wrong ends that connection. The framework logs each message of it as an error, with its
        // stack trace, dozens a connection: the log would be the visitor's to fill. Before the configuration, which may ask for them.
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

        // A start that fails is explained to the operator in one line, not also as a stack trace in the log.
        builder.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
    }

    private static void UseForwardedHeaders(WebApplication app, MirrorOptions options)
    {
        if (options.TrustedProxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
    }
}
