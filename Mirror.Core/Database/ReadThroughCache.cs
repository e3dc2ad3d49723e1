using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>
/// Caches values read from the database until they change. Each change starts a new generation of its subject: a provider or module of a
/// root group, a whole root group, or the whole cache. A value whose read started in an earlier generation is never cached.
/// </summary>
internal sealed class ReadThroughCache<TKey, TValue> : ICacheShare
    where TKey : notnull
    where TValue : class
{
    /// <summary>The maximum number of entries without a <see cref="CacheSpace"/>; when it is exceeded, all are removed.</summary>
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

    /// <param name="read">Reads a value from the database. Null is not cached, so the next caller reads again.</param>
    /// <param name="about">The root group and source that a key belongs to; null if only changes to the whole cache are reported.</param>
    /// <param name="space">Limits the bytes of this and other caches; null to limit the number of entries.</param>
    /// <param name="size">The approximate memory use of a value and its key in bytes; required with <paramref name="space"/>.</param>
    /// <param name="time">Required with <paramref name="maxAge"/>.</param>
    /// <param name="maxAge">The maximum age of a value, so that changes on other replicas are seen; null for any age.</param>
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

    /// <summary>The approximate number of bytes used in the space.</summary>
    public long Size => Interlocked.Read(ref _bytes);

    public int Count => _entries.Count;

    /// <summary>The current generation; get it before reading a value to be passed to <see cref="Keep"/>.</summary>
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
            // Too old, or too large to be cached and no longer in use.
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

    /// <summary>Caches a value that has just been written to the database, in a new generation.</summary>
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

    /// <summary>Caches a value, unless its subject has changed since <paramref name="generation"/>.</summary>
    /// <param name="readAt">The timestamp before the read, if entries have a maximum age.</param>
    public void Keep(TKey key, TValue value, long generation, long readAt = 0)
    {
        if (HasChanged(key, generation))
        {
            return;
        }

        Store(key, value, readAt);
        if (HasChanged(key, generation))
        {
            // A concurrent change may have missed this value.
            Remove(key, value);
        }
    }

    /// <summary>Whether a source, its root group or everything has changed since a generation.</summary>
    public bool HasChanged(long rootGroupId, ISourceAddress? source, long generation) =>
        _generations.HasChanged(rootGroupId, source, generation);

    /// <summary>Removes the entries of a source, or of a whole root group. Call it after the change has been committed.</summary>
    /// <param name="which">Selects the entries that may have changed; null for all.</param>
    public void Forget(long rootGroupId, ISourceAddress? source, Func<TKey, bool>? which = null)
    {
        _generations.Begin(rootGroupId, source);
        RemoveWhere(key =>
        {
            var about = _about!(key);
            return about.RootGroupId == rootGroupId && (source is null || source.Equals(about.Source)) && which?.Invoke(key) != false;
        });
    }

    /// <summary>Removes some or all entries.</summary>
    public void Clear(Func<TKey, bool>? which = null)
    {
        _generations.BeginAll();
        RemoveWhere(which ?? (_ => true));
    }

    /// <summary>Removes the value if it is still the cached one.</summary>
    public void Remove(TKey key, TValue value)
    {
        if (_entries.TryGetValue(key, out var entry) && ReferenceEquals(entry.Value, value))
        {
            Remove(key, entry);
        }
    }

    public IEnumerable<(long Used, Action Evict)> List()
    {
        // ConcurrentDictionary.ToArray is safe during concurrent changes.
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

    /// <summary>A value that is too large for the space is only found while it is referenced elsewhere.</summary>
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

/// <summary>Tracks when each provider or module of a root group, each root group and everything last changed.</summary>
internal sealed class Generations
{
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<(long RootGroupId, ISourceAddress? Source), long> _latest = new();
    private readonly Lock _gate = new();
    private long _now;
    private long _all;

    /// <summary>The number of changes so far.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>Call it after the change has been committed and before cached values are removed.</summary>
    /// <param name="source">Null for everything in the root group.</param>
    public void Begin(long rootGroupId, ISourceAddress? source)
    {
        lock (_gate)
        {
            if (_latest.Count >= Capacity)
            {
                // The cost is that concurrent reads are not cached.
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
