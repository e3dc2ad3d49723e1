using System.Collections.Concurrent;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// The negative cache of one kind of question to origins. Anyone can ask for what does not exist, so its size is bounded.
/// </summary>
internal sealed class NegativeCache<TKey>(TimeProvider time)
    where TKey : notnull
{
    public const int Capacity = 10_000;
    private readonly ConcurrentDictionary<TKey, (Failure Failure, Moment At)> _failures = new();

    public int Count => _failures.Count;

    /// <param name="within">Older ones are forgotten.</param>
    /// <param name="since">Those of before this refresh are forgotten, too; default: there was none.</param>
    public Failure? Find(TKey key, TimeSpan within, DateTimeOffset since = default) =>
        _failures.TryGetValue(key, out var known) && known.At.IsWithin(within, time) && DocumentRefresh.IsAfter(since, known.At.At, time.GetUtcNow()) ? known.Failure : null;

    public void Add(TKey key, Failure failure)
    {
        if (_failures.Count >= Capacity)
        {
            // The cost of forgetting one is a request to its origin.
            foreach (var old in _failures.ToArray().OrderByDescending(item => item.Value.At.Age(time)).Take(Capacity / 2))
            {
                _failures.TryRemove(old);
            }
        }

        _failures[key] = (failure, Moment.Now(time));
    }

    public void Remove(TKey key) => _failures.TryRemove(key, out _);
}
