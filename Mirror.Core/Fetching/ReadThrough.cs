using System.Collections.Concurrent;

namespace Mirror.Core.Fetching;

/// <summary>
/// Keeps in memory what was read from the database, within a bound. What a read saw before a change is never kept after
/// it, however long the read took.
/// </summary>
internal sealed class ReadThrough<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new();
    private long _changes;

    /// <param name="read">Null is not kept: it is asked for again.</param>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, Task<TValue?>> read)
    {
        if (_values.TryGetValue(key, out var known))
        {
            return known;
        }

        long before = Interlocked.Read(ref _changes);
        if (await read(key).ConfigureAwait(false) is not { } value)
        {
            return null;
        }

        if (before == Interlocked.Read(ref _changes))
        {
            Keep(key, value);
            if (before != Interlocked.Read(ref _changes))
            {
                // A change came in between, and may have passed this value over.
                _values.TryRemove(new KeyValuePair<TKey, TValue>(key, value));
            }
        }

        return value;
    }

    /// <summary>Keeps what was just written.</summary>
    public void Set(TKey key, TValue value)
    {
        Interlocked.Increment(ref _changes);
        Keep(key, value);
    }

    /// <summary>To be called after the change is committed.</summary>
    public void Forget(Func<TKey, bool> which)
    {
        Interlocked.Increment(ref _changes);
        foreach (var key in _values.Keys.Where(which))
        {
            _values.TryRemove(key, out _);
        }
    }

    public void Forget(TKey key)
    {
        Interlocked.Increment(ref _changes);
        _values.TryRemove(key, out _);
    }

    private void Keep(TKey key, TValue value)
    {
        if (_values.Count >= capacity)
        {
            _values.Clear();
        }

        _values[key] = value;
    }
}
