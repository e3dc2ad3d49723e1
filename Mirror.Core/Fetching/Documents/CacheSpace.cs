using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// The memory for everything that is kept of origins: <c>Mirror:Upstream:CacheSize</c>, shared by ready documents, lists,
/// proofs and what else was read from the database. Where it is full, what was used least recently goes, whatever it is.
/// </summary>
public sealed class CacheSpace(MirrorOptions options)
{
    /// <summary>What an entry takes beside what is in it.</summary>
    internal const int Overhead = 200;

    private readonly List<ICacheShare> _shares = [];
    private readonly Lock _shrinking = new();
    private long _size;
    private long _uses;

    public long Capacity { get; } = options.Upstream.CacheSize;

    /// <summary>Bytes in use, about.</summary>
    public long Size => Interlocked.Read(ref _size);

    /// <summary>One thing must not push out everything else.</summary>
    internal long LargestEntry => Capacity / 4;

    internal long NextUse() => Interlocked.Increment(ref _uses);

    internal void Join(ICacheShare share)
    {
        lock (_shrinking)
        {
            _shares.Add(share);
        }
    }

    internal void Resize(long bytes)
    {
        if (Interlocked.Add(ref _size, bytes) > Capacity && bytes > 0)
        {
            Shrink();
        }
    }

    private void Shrink()
    {
        lock (_shrinking)
        {
            if (Size <= Capacity)
            {
                return;
            }

            foreach (var (_, evict) in _shares.SelectMany(share => share.List()).OrderBy(entry => entry.Used))
            {
                if (Size <= Capacity * 3 / 4)
                {
                    return;
                }

                evict();
            }
        }
    }
}

internal interface ICacheShare
{
    /// <summary>What is kept, by when it was last used, and how to drop it.</summary>
    IEnumerable<(long Used, Action Evict)> List();
}

/// <summary>One kind of thing that is kept within a <see cref="CacheSpace"/>.</summary>
internal sealed class CacheShare<TKey, TValue> : ICacheShare
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly CacheSpace _space;
    private readonly Func<TValue, long> _size;
    private long _bytes;

    /// <param name="size">Bytes of memory that a value takes, about.</param>
    public CacheShare(CacheSpace space, Func<TValue, long> size)
    {
        (_space, _size) = (space, size);
        space.Join(this);
    }

    /// <summary>Bytes in use by this kind, about.</summary>
    public long Size => Interlocked.Read(ref _bytes);

    public int Count => _entries.Count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        if (!_entries.TryGetValue(key, out var entry))
        {
            return false;
        }

        if (entry.Value is null)
        {
            // It was too large to be kept, and nothing uses it any more.
            Remove(key, entry);
            return false;
        }

        value = entry.Value;
        entry.Used = _space.NextUse();
        return true;
    }

    /// <summary>Adds or replaces. What is too large for the space is found only while something else holds it.</summary>
    public void Set(TKey key, TValue value)
    {
        var entry = Make(value);
        Entry? before = null;
        _entries.AddOrUpdate(key, entry, (_, old) =>
        {
            before = old;
            return entry;
        });
        Resize(entry.Size - (before?.Size ?? 0));
    }

    /// <returns>False where there is a value already.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        var entry = Make(value);
        if (!_entries.TryAdd(key, entry))
        {
            return false;
        }

        Resize(entry.Size);
        return true;
    }

    public void Remove(TKey key)
    {
        if (_entries.TryRemove(key, out var entry))
        {
            Resize(-entry.Size);
        }
    }

    /// <summary>Removes the value if it is still this one.</summary>
    public void Remove(TKey key, TValue value)
    {
        if (_entries.TryGetValue(key, out var entry) && ReferenceEquals(entry.Value, value))
        {
            Remove(key, entry);
        }
    }

    public void RemoveWhere(Func<TKey, bool> which)
    {
        foreach (var (key, entry) in _entries)
        {
            if (which(key))
            {
                Remove(key, entry);
            }
        }
    }

    public IEnumerable<(long Used, Action Evict)> List()
    {
        // Its own ToArray is safe while others add.
        foreach (var (key, entry) in _entries.ToArray())
        {
            yield return (entry.Used, () => Remove(key, entry));
        }
    }

    private Entry Make(TValue value)
    {
        long size = _size(value) + CacheSpace.Overhead;
        return new Entry(value, size, isLarge: size > _space.LargestEntry) { Used = _space.NextUse() };
    }

    private void Remove(TKey key, Entry entry)
    {
        if (_entries.TryRemove(new KeyValuePair<TKey, Entry>(key, entry)))
        {
            Resize(-entry.Size);
        }
    }

    private void Resize(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        _space.Resize(bytes);
    }

    private sealed class Entry(TValue value, long size, bool isLarge)
    {
        private readonly TValue? _value = isLarge ? null : value;
        private readonly WeakReference<TValue>? _large = isLarge ? new WeakReference<TValue>(value) : null;

        public TValue? Value => _value ?? (_large!.TryGetTarget(out var held) ? held : null);

        public long Size { get; } = isLarge ? CacheSpace.Overhead : size;

        public long Used { get; set; }
    }
}
