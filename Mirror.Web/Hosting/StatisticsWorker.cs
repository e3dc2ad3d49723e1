using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Usage;

namespace Mirror.Web.Hosting;

/// <summary>Saves statistics of traffic and of response times and, once an hour, of the stored size.</summary>
internal sealed class StatisticsWorker(
    TrafficCounters traffic, OriginLatencyLog latencies, StorageSamples samples, TimeProvider time, ILogger<StatisticsWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => traffic.FlushAsync(CancellationToken.None));
        await TryAsync(() => latencies.FlushAsync(CancellationToken.None));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(FlushAsync(stoppingToken), SampleAsync(stoppingToken));

    private async Task FlushAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(FlushInterval, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            await TryAsync(() => traffic.FlushAsync(stopping));
            await TryAsync(() => latencies.FlushAsync(stopping));
        }
    }

    private async Task SampleAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(StorageSamples.Interval, time);
        do
        {
            await TryAsync(() => samples.TakeAsync(stopping));
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>Logs a failure and continues: a locked or full database may recover.</summary>
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            HostLog.FiguresNotWrittenDown(logger, e);
        }
    }
}
