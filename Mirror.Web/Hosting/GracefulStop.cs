using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Core.Storage;

namespace Mirror.Web.Hosting;

/// <summary>
/// Stops a server in order within a time limit: it refuses new requests, lets running requests finish, cancels those that remain, and
/// removes staged files. It uses the system clock, as the service manager that waits for the process does.
/// </summary>
/// <param name="ending">Cancelled to end remaining requests.</param>
internal sealed class GracefulStop(WebApplication app, ShutdownOptions options, CancellationTokenSource ending, ILogger log)
{
    /// <summary>The time that workers have to save their state.</summary>
    public static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(10);

    // Time to send the responses that report the stop.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ProviderMirror _mirror = app.Services.GetRequiredService<ProviderMirror>();
    private readonly IServer _server = app.Services.GetRequiredService<IServer>();

    /// <param name="hurry">Ends all waiting, as on a second stop signal.</param>
    public async Task RunAsync(CancellationToken hurry)
    {
        app.Services.GetRequiredService<Readiness>().IsReady = false;
        HostLog.Stopping(log, options.Timeout.TotalSeconds);
        await EndsWithinAsync(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, hurry), options.Delay, hurry);

        // Syncs, event streams and pages end when this is called.
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
            // Each worker has had its turn; the next start repeats what one of them could not do.
            HostLog.StopFailed(log, e);
        }

        await ClearStagingAsync();
    }

    /// <summary>Removes the files of cancelled requests that still run; the data directory stays locked until the process exits.</summary>
    private async Task ClearStagingAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CleanUpTime, TimeProvider.System);
            await app.Services.GetRequiredService<IPackageStore>().ClearStagingAsync(limit.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            HostLog.StopFailed(log, e);
        }
    }

    /// <returns>Whether the work completed, even with a failure, within the limit and before <c>hurry</c>.</returns>
    private static async Task<bool> EndsWithinAsync(Task work, TimeSpan limit, CancellationToken hurry)
    {
        await work.WaitAsync(limit < Longest ? limit : Longest, TimeProvider.System, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return work.IsCompleted;
    }
}
