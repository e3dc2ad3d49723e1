using Mirror.Core.Audit;

namespace Mirror.Web.Hosting;

/// <summary>Writes denied requests to the audit log, and removes events that are past their retention.</summary>
internal sealed class AuditWorker(DeniedRequestLog denied, AuditRetention retention, TimeProvider time, ILogger<AuditWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(denied.FlushAsync, CancellationToken.None);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(FlushInterval, denied.FlushAsync, stoppingToken),
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

    /// <summary>Logs a failure and continues: a locked or full database may recover.</summary>
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
