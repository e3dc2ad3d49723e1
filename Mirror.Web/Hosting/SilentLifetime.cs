namespace Mirror.Web.Hosting;

/// <summary>
/// Leaves signals to the caller that runs the server, in place of a lifetime that stops it at the first one in an order of its own.
/// </summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
