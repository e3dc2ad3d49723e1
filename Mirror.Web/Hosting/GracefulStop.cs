using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Core.Storage;

namespace Mirror.Web.Hosting;

/// <summary>
/// Stops a server in order, within a time that it knows: nothing new is taken, requests under way may finish, what then still
/// runs is ended and told so, and what it had staged is removed. It uses the real clock, as the service manager that waits for the process
/// does.
/// </summary>
/// <param name="ending">Cancelled when what still runs must end.</param>
internal sealed class GracefulStop(WebApplication app, ShutdownOptions options, CancellationTokenSource ending, ILogger log)
{
    /// <summary>For the workers to write down what they know.</summary>
    public static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(10);

    // For answers that say that the server is stopping.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ProviderMirror _mirror = app.Services.GetRequiredService<ProviderMirror>();
    private readonly IServer _server = app.Services.GetRequiredService<IServer>();

    /// <param name="hurry">Ends what is waited for at once, as when the process is told to stop a second time.</param>
    public async Task RunAsync(CancellationToken hurry)
    {
        app.Services.GetRequiredService<Readiness>().IsReady = false;
        HostLog.Stopping(log, options.Timeout.TotalSeconds);
        await EndsWithinAsync(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, hurry), options.Delay, hurry);

        // Syncs, event streams and pages end by themselves from here on.
        app.Lifetime.StopApplication();
        using var abort = new CancellationTokenSource();
        var closing = _server.StopAsync(abort.Token);
        if (!await EndsWithinAsync(closing, options.Timeout, hurry))
        {
            HostLog.EndingRequests(log, _mirror.FillCount);
            await ending.CancelAsync();
            await EndsWithinAsync(_mirror.StopAsync(), CleanUpTime, CancellationToken.None);
            await EndsWithinAsync(closing, Farewell, hurry);
            await abort.CancelAsync();
            await closing;
        }

        await ending.CancelAsync();
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Each worker has had its turn; the next start looks after what one of them could not do.
            HostLog.StopFailed(log, e);
        }

        ClearStaging();
    }

    /// <summary>Of requests that were ended and have not noticed: the data directory is this process's own until it has gone.</summary>
    private void ClearStaging()
    {
        try
        {
            app.Services.GetRequiredService<IPackageStore>().ClearStaging();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HostLog.StopFailed(log, e);
        }
    }

    /// <returns>Whether the work has ended, well or not, within the limit and before one must hurry.</returns>
    private static async Task<bool> EndsWithinAsync(Task work, TimeSpan limit, CancellationToken hurry)
    {
        await work.WaitAsync(limit < Longest ? limit : Longest, TimeProvider.System, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return work.IsCompleted;
    }
}
