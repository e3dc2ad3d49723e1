using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;

namespace Mirror.Web.Hosting;

/// <summary>The data of the local server while it is stopped, for commands that work on the data directory.</summary>
internal sealed class LocalInstance : IAsyncDisposable
{
    private readonly DataDirectoryLock _lock;
    private readonly ServiceProvider _services;

    private LocalInstance(DataDirectoryLock held, ServiceProvider services) => (_lock, _services) = (held, services);

    public IServiceProvider Services => _services;

    /// <param name="adoptStore">Declares that the package store belongs to the database.</param>
    /// <exception cref="StartFailedException">
    /// The data is missing, in use by a server or not writable, or the database and the package store do not belong together.
    /// </exception>
    public static async Task<LocalInstance> OpenAsync(MirrorOptions options, bool adoptStore, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.DataDirectory))
        {
            throw new StartFailedException($"Mirror:DataDirectory: the directory '{options.DataDirectory}' does not exist.");
        }

        var held = DataDirectoryLock.Acquire(options.DataDirectory);
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(new ServerLifetime(CancellationToken.None))
            .AddMirrorCore(options)
            .BuildServiceProvider();
        var instance = new LocalInstance(held, services);
        try
        {
            await services.OpenDataAsync(adoptStore, cancellationToken);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the configuration that a server started in this directory would use.</summary>
    /// <exception cref="InvalidConfigurationException">It is not valid.</exception>
    public static MirrorOptions ReadOptions() =>
        MirrorOptionsReader.Read(MirrorConfiguration.Load(Directory.GetCurrentDirectory(), new Dictionary<string, string?>()), Environment.GetEnvironmentVariable);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _lock.Dispose();
    }
}
