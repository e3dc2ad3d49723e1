namespace Mirror.Core;

/// <summary>
/// Limits CPU-bound work that unauthenticated clients can cause: how many items run concurrently, on dedicated threads, and how many
/// wait. Threads that answer requests stay free regardless of the load.
/// </summary>
/// <param name="maxConcurrent">How many items run concurrently.</param>
/// <param name="waiting">How many more items may wait; any beyond that are rejected immediately.</param>
public class WorkLane(int maxConcurrent, int waiting) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(maxConcurrent);
    private int _entered;

    /// <summary>Half of the processors, so that the others remain available to requests.</summary>
    public static int HalfOfTheProcessors { get; } = Math.Max(Environment.ProcessorCount / 2, 1);

    /// <summary>The number of items that are running or waiting.</summary>
    public int Entered => Volatile.Read(ref _entered);

    /// <summary>Whether the next item would be rejected.</summary>
    public bool IsFull => Entered - maxConcurrent >= waiting;

    /// <summary>Waits for a slot, first come, first served.</summary>
    /// <returns>The slot; dispose it when the work is done.</returns>
    /// <exception cref="LaneFullException">Too many items are waiting.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _entered) - maxConcurrent > waiting)
        {
            Interlocked.Decrement(ref _entered);
            throw new LaneFullException();
        }

        try
        {
            await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _entered);
            throw;
        }

        return new Turn(this);
    }

    /// <summary>Waits for a slot and runs the work on a dedicated thread.</summary>
    /// <exception cref="LaneFullException">Too many items are waiting.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        return await OnOwnThread(work).ConfigureAwait(false);
    }

    /// <summary>For callers that already hold a slot.</summary>
    public static Task<T> OnOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _turns.Dispose();

    private sealed class Turn(WorkLane lane) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref lane._entered);
            lane._turns.Release();
        }
    }
}

/// <summary>This server is overloaded; the caller can retry shortly.</summary>
public sealed class LaneFullException() : Exception(Explanation)
{
    public const string Explanation = "This server is overloaded. Try again in a few seconds.";
}
