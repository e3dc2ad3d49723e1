using System.Collections.Concurrent;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Fetching;

/// <summary>
/// Keeps in memory what was read from the database, within a bound. What a read saw before a change of its provider is
/// never kept after it, however long the read took.
/// </summary>
/// <param name="about">The root group and provider that a key belongs to.</param>
internal sealed class ReadThrough<TKey, TValue>(int capacity, Func<TKey, (long RootGroupId, ISourceAddress Source)> about)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new();
    private readonly ChangeMarks _marks = new();

    /// <param name="read">Null is not kept: it is asked for again.</param>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, Task<TValue?>> read)
    {
        if (_values.TryGetValue(key, out var known))
        {
            return known;
        }

        long before = _marks.Now;
        if (await read(key).ConfigureAwait(false) is not { } value)
        {
            return null;
        }

        var (rootGroupId, source) = about(key);
        if (!_marks.ChangedSince(before, rootGroupId, source))
        {
            Keep(key, value);
            if (_marks.ChangedSince(before, rootGroupId, source))
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
        var (rootGroupId, source) = about(key);
        _marks.Mark(rootGroupId, source);
        Keep(key, value);
    }

    /// <summary>Forgets everything about a provider. To be called after the change is committed.</summary>
    public void Forget(CatalogChange change)
    {
        _marks.Mark(change.RootGroupId, change.Source);
        foreach (var (key, _) in _values)
        {
            var (rootGroupId, source) = about(key);
            if (rootGroupId == change.RootGroupId && source.Equals(change.Source))
            {
                _values.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Forgets everything about a root group.</summary>
    public void Forget(long rootGroupId)
    {
        _marks.Mark(rootGroupId, null);
        foreach (var (key, _) in _values)
        {
            if (about(key).RootGroupId == rootGroupId)
            {
                _values.TryRemove(key, out _);
            }
        }
    }

    public void Clear()
    {
        _marks.MarkAll();
        _values.Clear();
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
