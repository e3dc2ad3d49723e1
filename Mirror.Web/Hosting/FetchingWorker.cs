using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Identity;
using Mirror.Core.Sync;

namespace Mirror.Web.Hosting;

/// <summary>
/// Runs background work: content hashes, scheduled and interrupted syncs, interrupted publications of tags, retries of failed
/// verifications, and recording the last use of packages and tokens.
/// </summary>
internal sealed class FetchingWorker(
    ProviderMirror mirror,
    ContentHashes contentHashes,
    QuarantineRetries retries,
    PackageUsage usage,
    AccessTokens tokens,
    SyncService sync,
    SyncScheduler schedule,
    TagQueue tags,
    TimeProvider time,
    ILogger<FetchingWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan UsageInterval = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(mirror.StopAsync(), tags.StopAsync()).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await FlushAsync(CancellationToken.None);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            contentHashes.RunAsync(stoppingToken),
            retries.RunAsync(stoppingToken),
            FlushUsageAsync(stoppingToken),
            ResumeTagsAsync(stoppingToken),
            SyncAsync(stoppingToken));

    private async Task ResumeTagsAsync(CancellationToken stopping)
    {
        try
        {
            await tags.ResumeAsync(stopping);
        }
        catch (DbException e)
        {
            HostLog.TagsNotResumed(logger, e);
        }
    }

    private async Task SyncAsync(CancellationToken stopping)
    {
        try
        {
            await sync.ResumeAsync(stopping);
        }
        catch (DbException e)
        {
            HostLog.SyncsNotResumed(logger, e);
        }

        await schedule.RunAsync(stopping);
    }

    private async Task FlushUsageAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(UsageInterval, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            await FlushAsync(stopping);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await usage.FlushAsync(cancellationToken);
            await tokens.FlushUsesAsync(cancellationToken);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            HostLog.FiguresNotWrittenDown(logger, e);
        }
    }
}
