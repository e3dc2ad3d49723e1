using System.Data.Common;
using Mirror.Core.Jobs;

namespace Mirror.Web.Hosting;

/// <summary>Removes jobs some time after their end.</summary>
internal sealed class JobWorker(JobService jobs, TimeProvider time, ILogger<JobWorker> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await jobs.CleanUpAsync(stoppingToken);
            }
            catch (DbException e)
            {
                HostLog.JobsNotCleanedUp(log, e);
            }
        }
    }
}
