using Mirror.Core.Audit;

namespace Mirror.Web.Hosting;

/// <summary>Writes down what was refused, and removes what is older than it has to be kept.</summary>
internal sealed class AuditWorker(RefusalLog refusals, AuditRetention retention, TimeProvider time, ILogger<AuditWorker> logger) : BackgroundService
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(refusals.FlushAsync, CancellationToken.None);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(FlushInterval, refusals.FlushAsync, stoppingToken),
        EveryAsync(RetentionInterval, retention.RemoveExpiredAsync, stoppingToken));

    private async Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            await TryAsync(work, stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>A locked or full database now is no reason to give up for good.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            HostLog.AuditFailed(logger, e);
        }
    }
}
