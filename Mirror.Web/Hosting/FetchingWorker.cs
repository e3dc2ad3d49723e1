using Mirror.Core.Access;
using Mirror.Core.Fetching;
using Mirror.Core.Sync;

namespace Mirror.Web.Hosting;

/// <summary>Runs what goes on behind requests: content hashes, syncs that a stop interrupted, and writing down how often
/// packages, and when tokens, were used.</summary>
internal sealed class FetchingWorker(ProviderMirror mirror, ContentHashes contentHashes, PackageUsage usage, AccessTokens tokens, SyncService sync, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan UsageInterval = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await mirror.StopAsync().WaitAsync(cancellationToken);
        await usage.FlushAsync(cancellationToken);
        await tokens.FlushUsesAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(contentHashes.RunAsync(stoppingToken), FlushUsageAsync(stoppingToken), sync.ResumeAsync(stoppingToken));

    private async Task FlushUsageAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(UsageInterval, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            await usage.FlushAsync(stopping);
            await tokens.FlushUsesAsync(stopping);
        }
    }
}
