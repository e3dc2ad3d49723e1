using System.Collections.Concurrent;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Runs one operation for all concurrent callers with the same key. They share its value or failure. The operation belongs to the server
/// and continues when its callers disconnect.
/// </summary>
public sealed class SingleFlight<TKey, TValue>(CancellationToken stopping)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _flights = new();
    private long _ended;

    public int Count => _flights.Count;

    /// <summary>
    /// The number of operations that have ended. If it has not changed since a caller looked for stored results and then starts the
    /// operation, there are no new results to look for.
    /// </summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Joins the running operation for the key, or starts it.</summary>
    /// <param name="work">Receives a token that is only cancelled when the server stops.</param>
    /// <param name="waiter">Cancels this caller's wait, not the operation.</param>
    public Task<TValue> RunAsync(TKey key, Func<CancellationToken, Task<TValue>> work, CancellationToken waiter) =>
        Start(key, work).WaitAsync(waiter);

    /// <summary>Starts the operation, unless it is running, without waiting for it.</summary>
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
            // Increment first: a caller that can start the operation again must see that it has ended.
            Interlocked.Increment(ref _ended);
            _flights.TryRemove(new KeyValuePair<TKey, Lazy<Task<TValue>>>(key, self));
        }
    }
}
