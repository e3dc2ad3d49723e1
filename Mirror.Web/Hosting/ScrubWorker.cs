using Mirror.Core.Storage.Integrity;

namespace Mirror.Web.Hosting;

/// <summary>Checks stored packages continuously while the server runs.</summary>
internal sealed class ScrubWorker(Scrub scrub) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => scrub.RunAsync(stoppingToken);
}
