using System.Collections.Concurrent;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Runs one piece of work for all callers that want the same at the same time. Its value or failure goes to all of them; it
/// belongs to the server and continues when its callers have gone.
/// </summary>
public sealed class SingleFlight<TKey, TValue>(CancellationToken stopping)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _flights = new();
    private long _ended;

    public int Count => _flights.Count;

    /// <summary>
    /// How many pieces of work have ended. Where it is as it was before a caller looked for what the work leaves behind, and the
    /// caller then starts the work, there is nothing new to look for.
    /// </summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Joins the work under way for the key, or starts it.</summary>
    /// <param name="work">Gets a token that is cancelled only when the server stops.</param>
    /// <param name="waiter">Ends this caller's waiting, not the work.</param>
    public Task<TValue> RunAsync(TKey key, Func<CancellationToken, Task<TValue>> work, CancellationToken waiter) =>
        Start(key, work).WaitAsync(waiter);

    /// <summary>Starts the work, if it is not under way, without waiting for it.</summary>
    public Task<TValue> Start(TKey key, Func<CancellationToken, Task<TValue>> work)
    {
        var flight = _flights.GetOrAdd(key, static (key, state) =>
        {
            Lazy<Task<TValue>> self = null!;
            return self = new Lazy<Task<TValue>>(() => Task.Run(() => state.owner.RunAsync(key, self, state.work)));
        }, (owner: this, work));
        return flight.Value;
    }

    private async Task<TValue> RunAsync(TKey key, Lazy<Task<TValue>> self, Func<CancellationToken, Task<TValue>> work)
    {
        try
        {
            return await work(stopping).ConfigureAwait(false);
        }
        finally
        {
            // In this order: a caller that can start the work again can see that it has ended.
            Interlocked.Increment(ref _ended);
            _flights.TryRemove(new KeyValuePair<TKey, Lazy<Task<TValue>>>(key, self));
        }
    }
}
