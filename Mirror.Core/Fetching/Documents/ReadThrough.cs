using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Keeps in memory what was read from the database, within <see cref="CacheSpace"/>. What a read saw before a change of its provider is
/// never kept after it, however long the read took.
/// </summary>
/// <param name="size">Bytes of memory that a value and its key take, about.</param>
/// <param name="about">The root group and provider that a key belongs to.</param>
internal sealed class ReadThrough<TKey, TValue>(CacheSpace space, Func<TValue, long> size, Func<TKey, (long RootGroupId, ISourceAddress Source)> about)
    where TKey : notnull
    where TValue : class
{
    private readonly CacheShare<TKey, TValue> _values = new(space, size);
    private readonly ChangeMarks _marks = new();

    /// <param name="read">Null is not kept: it is asked for again.</param>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, Task<TValue?>> read)
    {
        if (_values.TryGet(key, out var known))
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
            _values.Set(key, value);
            if (_marks.ChangedSince(before, rootGroupId, source))
            {
                // A change came in between, and may have passed this value over.
                _values.Remove(key, value);
            }
        }

        return value;
    }

    /// <summary>Keeps what was just written.</summary>
    public void Set(TKey key, TValue value)
    {
        var (rootGroupId, source) = about(key);
        _marks.Mark(rootGroupId, source);
        _values.Set(key, value);
    }

    /// <summary>Forgets everything about a provider. To be called after the change is committed.</summary>
    public void Forget(CatalogChange change)
    {
        _marks.Mark(change.RootGroupId, change.Source);
        _values.RemoveWhere(key =>
        {
            var (rootGroupId, source) = about(key);
            return rootGroupId == change.RootGroupId && source.Equals(change.Source);
        });
    }

    /// <summary>Forgets everything about a root group.</summary>
    public void Forget(long rootGroupId)
    {
        _marks.Mark(rootGroupId, null);
        _values.RemoveWhere(key => about(key).RootGroupId == rootGroupId);
    }

    public void Clear()
    {
        _marks.MarkAll();
        _values.RemoveWhere(_ => true);
    }
}
