namespace Mirror.Core.Fetching.Packages;

/// <summary>Wakes all waiters each time something happens.</summary>
internal sealed class AsyncPulse
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next pulse. Take it before looking at the state, so that no pulse is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
