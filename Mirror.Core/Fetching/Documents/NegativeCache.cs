using System.Collections.Concurrent;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Why an origin gave no answer the last time it was asked.</summary>
public sealed record RecentFailure(Failure Failure, Moment At)
{
    /// <summary>The refresh that the question was to follow.</summary>
    public DateTimeOffset Refresh { get; init; }

    /// <summary>Whether it counts after a refresh.</summary>
    internal bool IsAfter(DateTimeOffset since, DateTimeOffset now) => Refresh == since || DocumentRefresh.IsAfter(since, At.At, now);
}

/// <summary>
/// The negative cache of one kind of question to origins. Anyone can ask for what does not exist, so its size is bounded.
/// </summary>
internal sealed class NegativeCache<TKey>(TimeProvider time)
    where TKey : notnull
{
    public const int Capacity = 10_000;
    private readonly ConcurrentDictionary<TKey, RecentFailure> _failures = new();

    public int Count => _failures.Count;

    /// <summary>The last failure, however long ago; null: there was none since the last answer.</summary>
    public RecentFailure? Find(TKey key) => _failures.GetValueOrDefault(key);

    /// <param name="within">Older ones do not count.</param>
    /// <param name="since">Nor do those before this refresh; default: there was none.</param>
    public Failure? Find(TKey key, TimeSpan within, DateTimeOffset since = default) =>
        Find(key) is { } known && known.At.IsWithin(within, time) && known.IsAfter(since, time.GetUtcNow()) ? known.Failure : null;

    /// <param name="refresh">See <see cref="RecentFailure.Refresh"/>.</param>
    public void Add(TKey key, Failure failure, DateTimeOffset refresh = default)
    {
        if (_failures.Count >= Capacity)
        {
            // The cost of forgetting one is a request to its origin.
            foreach (var old in _failures.ToArray().OrderByDescending(item => item.Value.At.Age(time)).Take(Capacity / 2))
            {
                _failures.TryRemove(old);
            }
        }

        _failures[key] = new RecentFailure(failure, Moment.Now(time)) { Refresh = refresh };
    }

    public void Remove(TKey key) => _failures.TryRemove(key, out _);
}
