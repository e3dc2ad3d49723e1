using System.Collections.Concurrent;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Runs one piece of work for everybody who wants the same at the same time. Its value or failure goes to all of them; it
/// belongs to the server and goes on when each of them has gone.
/// </summary>
public sealed class SingleFlight<TKey, TValue>(CancellationToken stopping)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _flights = new();

    public int Count => _flights.Count;

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
            return self = new Lazy<Task<TValue>>(() => Task.Run(async () =>
            {
                try
                {
                    return await state.work(state.stopping).ConfigureAwait(false);
                }
                finally
                {
                    state._flights.TryRemove(new KeyValuePair<TKey, Lazy<Task<TValue>>>(key, self));
                }
            }));
        }, (work, stopping, _flights));
        return flight.Value;
    }
}
