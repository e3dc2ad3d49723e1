using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>
/// Keeps in memory what was read from the database, until it changes. Each change begins a new generation of what it is about: a
/// provider or module of a root group, a whole root group, or the whole cache. A value that was read in an earlier generation
/// is never kept, however long the read took.
/// </summary>
internal sealed class ReadThroughCache<TKey, TValue> : ICacheShare
    where TKey : notnull
    where TValue : class
{
    /// <summary>How many entries there are at most outside a <see cref="CacheSpace"/>; beyond it all are dropped.</summary>
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Generations _generations = new();
    private readonly Func<TKey, CancellationToken, Task<TValue?>> _read;
    private readonly Func<TKey, (long RootGroupId, ISourceAddress? Source)>? _about;
    private readonly CacheSpace? _space;
    private readonly Func<TValue, long>? _size;
    private readonly TimeProvider? _time;
    private readonly TimeSpan _maxAge;
    private long _bytes;

    /// <param name="read">Reads a value from the database. Null is not kept, so that the next caller reads again.</param>
    /// <param name="about">The root group and source that a key belongs to; null: only changes of everything are known.</param>
    /// <param name="space">Bounds the bytes of this and other caches; null: the number of entries is bounded.</param>
    /// <param name="size">Bytes of memory that a value and its key take, about; goes with <paramref name="space"/>.</param>
    /// <param name="time">Goes with <paramref name="maxAge"/>.</param>
    /// <param name="maxAge">How old a value may be, so that changes on other replicas are seen; null: any age.</param>
    public ReadThroughCache(
        Func<TKey, CancellationToken, Task<TValue?>> read,
        Func<TKey, (long RootGroupId, ISourceAddress? Source)>? about = null,
        CacheSpace? space = null,
        Func<TValue, long>? size = null,
        TimeProvider? time = null,
        TimeSpan? maxAge = null)
    {
        (_read, _about, _space, _size) = (read, about, space, size);
        (_time, _maxAge) = (maxAge is null ? null : time, maxAge ?? default);
        space?.Join(this);
    }

    /// <summary>Bytes in use in the space, about.</summary>
    public long Size => Interlocked.Read(ref _bytes);

    public int Count => _entries.Count;

    /// <summary>The generation of this moment, to be taken before something is read that <see cref="Keep"/> gets.</summary>
    public long Now => _generations.Now;

    public ValueTask<TValue?> GetAsync(TKey key, CancellationToken cancellationToken) =>
        TryGet(key, out var known) ? ValueTask.FromResult<TValue?>(known) : new ValueTask<TValue?>(ReadAsync(key, cancellationToken));

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        if (!_entries.TryGetValue(key, out var entry))
        {
            return false;
        }

        if (entry.Value is not { } found || (_time is not null && _time.GetElapsedTime(entry.ReadAt) >= _maxAge))
        {
            // Too old; or it was too large to be kept, and nothing uses it any more.
            Remove(key, entry);
            return false;
        }

        value = found;
        if (_space is not null)
        {
            entry.Used = _space.NextUse();
        }

        return true;
    }

    /// <summary>Keeps what was just written to the database, in a new generation.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_about is null)
        {
            _generations.BeginAll();
        }
        else
        {
            var (rootGroupId, source) = _about(key);
            _generations.Begin(rootGroupId, source);
        }

        Store(key, value, _time?.GetTimestamp() ?? 0);
    }

    /// <summary>Keeps a value, unless what it is about has changed since <paramref name="generation"/>.</summary>
    /// <param name="readAt">The timestamp before it was read, where entries have a maximum age.</param>
    public void Keep(TKey key, TValue value, long generation, long readAt = 0)
    {
        if (HasChanged(key, generation))
        {
            return;
        }

        Store(key, value, readAt);
        if (HasChanged(key, generation))
        {
            // A change came in between, and may have missed this value.
            Remove(key, value);
        }
    }

    /// <summary>Whether something about a source, its root group or everything has changed since a generation.</summary>
    public bool HasChanged(long rootGroupId, ISourceAddress? source, long generation) =>
        _generations.HasChanged(rootGroupId, source, generation);

    /// <summary>Forgets a source, or all of a root group. To be called after the change is committed.</summary>
    /// <param name="which">Of those, the entries that may have changed; null: all.</param>
    public void Forget(long rootGroupId, ISourceAddress? source, Func<TKey, bool>? which = null)
    {
        _generations.Begin(rootGroupId, source);
        RemoveWhere(key =>
        {
            var about = _about!(key);
            return about.RootGroupId == rootGroupId && (source is null || source.Equals(about.Source)) && which?.Invoke(key) != false;
        });
    }

    /// <summary>Forgets some entries, or all.</summary>
    public void Clear(Func<TKey, bool>? which = null)
    {
        _generations.BeginAll();
        RemoveWhere(which ?? (_ => true));
    }

    /// <summary>Removes the value if it is still this one.</summary>
    public void Remove(TKey key, TValue value)
    {
        if (_entries.TryGetValue(key, out var entry) && ReferenceEquals(entry.Value, value))
        {
            Remove(key, entry);
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

    private async Task<TValue?> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        long generation = Now, readAt = _time?.GetTimestamp() ?? 0;
        if (await _read(key, cancellationToken).ConfigureAwait(false) is not { } value)
        {
            return TryGet(key, out var written) ? written : null;
        }

        if (HasChanged(key, generation) && TryGet(key, out var newer))
        {
            return newer;
        }

        Keep(key, value, generation, readAt);
        return value;
    }

    private bool HasChanged(TKey key, long generation)
    {
        if (_about is null)
        {
            return _generations.HasChanged(generation);
        }

        var (rootGroupId, source) = _about(key);
        return _generations.HasChanged(rootGroupId, source, generation);
    }

    private void Store(TKey key, TValue value, long readAt)
    {
        long size = _space is null ? 0 : _size!(value) + CacheSpace.Overhead;
        var entry = new Entry(value, size, isLarge: size > _space?.LargestEntry) { ReadAt = readAt, Used = _space?.NextUse() ?? 0 };
        Entry? before = null;
        if (_space is null && _entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries.AddOrUpdate(key, entry, (_, old) =>
        {
            before = old;
            return entry;
        });
        Resize(entry.Size - (before?.Size ?? 0));
    }

    private void RemoveWhere(Func<TKey, bool> which)
    {
        foreach (var (key, entry) in _entries)
        {
            if (which(key))
            {
                Remove(key, entry);
            }
        }
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
        _space?.Resize(bytes);
    }

    /// <summary>A value that is too large for the space is found only while something else holds it.</summary>
    private sealed class Entry(TValue value, long size, bool isLarge)
    {
        private readonly TValue? _value = isLarge ? null : value;
        private readonly WeakReference<TValue>? _large = isLarge ? new WeakReference<TValue>(value) : null;

        public TValue? Value => _value ?? (_large!.TryGetTarget(out var held) ? held : null);

        public long Size { get; } = isLarge ? CacheSpace.Overhead : size;

        public long Used { get; set; }

        public long ReadAt { get; init; }
    }
}

/// <summary>Counts changes: when each provider or module of a root group, each root group and everything last changed.</summary>
internal sealed class Generations
{
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<(long RootGroupId, ISourceAddress? Source), long> _latest = new();
    private readonly Lock _gate = new();
    private long _now;
    private long _all;

    /// <summary>The number of changes so far.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>To be called after the change is committed and before cached values are dropped.</summary>
    /// <param name="source">Null: everything of the root group.</param>
    public void Begin(long rootGroupId, ISourceAddress? source)
    {
        lock (_gate)
        {
            if (_latest.Count >= Capacity)
            {
                // The cost is that what is being read at this moment is not kept.
                BeginAll();
                _latest.Clear();
            }

            _latest[(rootGroupId, source)] = Interlocked.Increment(ref _now);
        }
    }

    public void BeginAll()
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _all, Interlocked.Increment(ref _now));
        }
    }

    public bool HasChanged(long generation) => Interlocked.Read(ref _all) > generation;

    public bool HasChanged(long rootGroupId, ISourceAddress? source, long generation) =>
        HasChanged(generation)
        || _latest.TryGetValue((rootGroupId, source), out long latest) && latest > generation
        || source is not null && _latest.TryGetValue((rootGroupId, null), out latest) && latest > generation;
}
