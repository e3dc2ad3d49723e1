using System.Collections.Concurrent;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>The failure of the last query to an origin.</summary>
public sealed record RecentFailure(Failure Failure, Moment At)
{
    /// <summary>The refresh that the query followed.</summary>
    public DateTimeOffset Refresh { get; init; }

    /// <summary>Whether it is still valid after a refresh.</summary>
    internal bool IsAfter(DateTimeOffset since, DateTimeOffset now) => Refresh == since || DocumentRefresh.IsAfter(since, At.At, now);
}

/// <summary>
/// The negative cache of one kind of query. Its size is limited, because anyone can request items that do not exist.
/// </summary>
internal sealed class NegativeCache<TKey>(TimeProvider time)
    where TKey : notnull
{
    public const int Capacity = 10_000;
    private readonly ConcurrentDictionary<TKey, RecentFailure> _failures = new();

    public int Count => _failures.Count;

    /// <summary>The last failure, of any age; null if there was none since the last success.</summary>
    public RecentFailure? Find(TKey key) => _failures.GetValueOrDefault(key);

    /// <param name="within">The maximum age.</param>
    /// <param name="since">Ignores failures before this refresh; default if there was none.</param>
    public Failure? Find(TKey key, TimeSpan within, DateTimeOffset since = default) =>
        Find(key) is { } known && known.At.IsWithin(within, time) && known.IsAfter(since, time.GetUtcNow()) ? known.Failure : null;

    /// <param name="refresh">See <see cref="RecentFailure.Refresh"/>.</param>
    public void Add(TKey key, Failure failure, DateTimeOffset refresh = default)
    {
        if (_failures.Count >= Capacity)
        {
            // Evicting an entry costs one more request to its origin.
            foreach (var old in _failures.ToArray().OrderByDescending(item => item.Value.At.Age(time)).Take(Capacity / 2))
            {
                _failures.TryRemove(old);
            }
        }

        _failures[key] = new RecentFailure(failure, Moment.Now(time)) { Refresh = refresh };
    }

    public void Remove(TKey key) => _failures.TryRemove(key, out _);
}
