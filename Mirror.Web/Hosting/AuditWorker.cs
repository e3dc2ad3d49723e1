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
        await refusals.FlushAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(FlushInterval, refusals.FlushAsync, stoppingToken),
        EveryAsync(RetentionInterval, retention.RemoveExpiredAsync, stoppingToken));

    private async Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                await work(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A locked or full database now is no reason to give up for good.
                HostLog.AuditFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }
}
