namespace Mirror.Core;

/// <summary>
/// Bounds work that keeps a processor busy for long and that strangers can cause: how much is done at once, on threads of its
/// own, and how much waits for its turn. The threads that answer requests stay free however much is asked for.
/// </summary>
/// <param name="atOnce">How much is done at the same time.</param>
/// <param name="waiting">How much more may wait; what goes beyond is refused at once.</param>
public class WorkLane(int atOnce, int waiting) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(atOnce);
    private int _entered;

    /// <summary>Half of the processors: requests have the others, whatever is in the lane.</summary>
    public static int HalfOfTheProcessors { get; } = Math.Max(Environment.ProcessorCount / 2, 1);

    /// <summary>How much is being done or waits.</summary>
    public int Entered => Volatile.Read(ref _entered);

    /// <summary>Whether more would be refused now.</summary>
    public bool IsFull => Entered - atOnce >= waiting;

    /// <summary>Waits for a turn, first come, first served.</summary>
    /// <returns>To be disposed when the work is done.</returns>
    /// <exception cref="LaneFullException">As much waits as may.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _entered) - atOnce > waiting)
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

    /// <summary>Waits for a turn and does the work on a thread of its own.</summary>
    /// <exception cref="LaneFullException">As much waits as may.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        return await OnOwnThread(work).ConfigureAwait(false);
    }

    /// <summary>For who has a turn already.</summary>
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

/// <summary>This server has more work of a kind to do than it takes on; it is worth trying again in a moment.</summary>
public sealed class LaneFullException() : Exception(Explanation)
{
    public const string Explanation = "This server has more to do at the moment than it takes on. Try again in a few seconds.";
}
