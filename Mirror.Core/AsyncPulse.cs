namespace Mirror.Core;

/// <summary>Wakes all waiters at each pulse.</summary>
internal sealed class AsyncPulse
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next pulse. Get it before reading the state, so that no pulse is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
