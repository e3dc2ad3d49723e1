using Mirror.Core.Storage.Integrity;

namespace Mirror.Web.Hosting;

/// <summary>Runs the check of what is stored for as long as the server does.</summary>
internal sealed class ScrubWorker(Scrub scrub) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => scrub.RunAsync(stoppingToken);
}
