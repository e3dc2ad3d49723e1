namespace Mirror.Web.Hosting;

/// <summary>Leaves signals to the caller: the default lifetime would stop the server at the first one.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
