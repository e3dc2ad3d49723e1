using System.Collections.Concurrent;
using Mirror.Core.Outcomes;

namespace Mirror.Core.Fetching;

/// <summary>
/// Remembers which questions an origin answered in vain, so that it is not asked again at once. Anybody can ask for what does
/// not exist, so that only so many are remembered.
/// </summary>
internal sealed class RecentFailures<TKey>
    where TKey : notnull
{
    public const int Capacity = 10_000;
    private readonly ConcurrentDictionary<TKey, (Failure Failure, DateTimeOffset At)> _failures = new();

    public int Count => _failures.Count;

    /// <param name="after">Older ones are forgotten.</param>
    public Failure? Find(TKey key, DateTimeOffset after) => _failures.TryGetValue(key, out var known) && known.At > after ? known.Failure : null;

    public void Add(TKey key, Failure failure, DateTimeOffset at)
    {
        if (_failures.Count >= Capacity)
        {
            // The cost of forgetting one is a request to its origin.
            foreach (var old in _failures.ToArray().OrderBy(item => item.Value.At).Take(Capacity / 2))
            {
                _failures.TryRemove(old);
            }
        }

        _failures[key] = (failure, at);
    }

    public void Remove(TKey key) => _failures.TryRemove(key, out _);
}
