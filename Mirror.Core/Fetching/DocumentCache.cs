using System.Collections.Concurrent;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching;

/// <summary>Which document it is: of which namespace, in which protocol, about what.</summary>
/// <param name="Version">Null: the list of versions.</param>
/// <param name="Platform">Null: the version as a whole.</param>
public readonly record struct DocumentKey(string Protocol, long NamespaceId, long RootGroupId, ISourceAddress Source, ProviderVersion? Version, Platform? Platform = null);

/// <summary>
/// Ready documents in memory, within <c>Mirror:Upstream:CacheSize</c>, those used last. What they were made from is watched:
/// a change drops them.
/// </summary>
public sealed class DocumentCache
{
    private readonly ConcurrentDictionary<DocumentKey, Entry> _entries = new();
    private readonly ChangeMarks _marks = new();
    private readonly long _capacity;
    private readonly TimeProvider _time;
    private long _size;
    private long _clock;
    private long _hits;
    private long _misses;

    public DocumentCache(MirrorOptions options, CatalogChanges changes, PolicyChanges policies, NamespaceDirectory namespaces, TimeProvider time)
    {
        _capacity = options.Upstream.CacheSize;
        _time = time;
        changes.Changed += change =>
        {
            _marks.Mark(change.RootGroupId, change.Source);
            Drop(key => key.RootGroupId == change.RootGroupId && key.Source.Equals(change.Source));
        };
        policies.Changed += rootGroupId =>
        {
            _marks.Mark(rootGroupId, null);
            Drop(key => key.RootGroupId == rootGroupId);
        };
        namespaces.Changed += Clear;
    }

    /// <summary>Bytes in use, about.</summary>
    public long Size => Interlocked.Read(ref _size);

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>
    /// Finds what a document is to be made of. Where finding it changed that very thing, because a list or a proof was fetched
    /// for it, it is found once more, now without the origin, so that the first document can be kept, too.
    /// </summary>
    /// <returns>What was found, and the moment it stands for, which <see cref="Add"/> asks for.</returns>
    public async Task<(Outcome<T> Found, long Moment)> GatherAsync<T>(long rootGroupId, ISourceAddress source, Func<Task<Outcome<T>>> find)
        where T : notnull
    {
        long moment = _marks.Now;
        var found = await find().ConfigureAwait(false);
        if (found.IsSuccess && _marks.ChangedSince(moment, rootGroupId, source))
        {
            moment = _marks.Now;
            found = await find().ConfigureAwait(false);
        }

        return (found, moment);
    }

    /// <returns>The document while it is fresh, or null.</returns>
    public ReadyDocument? Find(in DocumentKey key)
    {
        if (!_entries.TryGetValue(key, out var entry) || !entry.IsFresh(_time))
        {
            Interlocked.Increment(ref _misses);
            return null;
        }

        entry.Used = Interlocked.Increment(ref _clock);
        Interlocked.Increment(ref _hits);
        return entry.Document;
    }

    /// <summary>Keeps a document, unless what it was made of has changed since.</summary>
    /// <param name="moment">As <see cref="GatherAsync"/> gave it.</param>
    public void Add(in DocumentKey key, ReadyDocument document, DateTimeOffset freshUntil, long moment)
    {
        var made = Moment.Now(_time);
        if (document.Size > _capacity / 4 || _marks.ChangedSince(moment, key.RootGroupId, key.Source) || freshUntil <= made.At)
        {
            return;
        }

        var entry = new Entry(document, made, freshUntil) { Used = Interlocked.Increment(ref _clock) };
        // Of two that are added at once one is as good as the other; each is counted once.
        Remove(key);
        if (_entries.TryAdd(key, entry))
        {
            Interlocked.Add(ref _size, document.Size);
        }

        if (_marks.ChangedSince(moment, key.RootGroupId, key.Source))
        {
            // A change came in between, and may have passed this entry over.
            Remove(key);
        }

        if (Size > _capacity)
        {
            Shrink();
        }
    }

    /// <param name="namespaceIds">Namespaces of the root group.</param>
    /// <param name="source">Null: all.</param>
    internal void Forget(long rootGroupId, IReadOnlySet<long> namespaceIds, ISourceAddress? source)
    {
        _marks.Mark(rootGroupId, source);
        Drop(key => namespaceIds.Contains(key.NamespaceId) && (source is null || key.Source.Equals(source)));
    }

    public void Clear()
    {
        _marks.MarkAll();
        Drop(_ => true);
    }

    private void Shrink()
    {
        // Its own ToArray is safe while others add; sorting it directly is not.
        foreach (var old in _entries.ToArray().OrderBy(item => item.Value.Used))
        {
            if (Size <= _capacity * 3 / 4)
            {
                return;
            }

            Remove(old.Key);
        }
    }

    private void Drop(Func<DocumentKey, bool> which)
    {
        foreach (var key in _entries.Keys.Where(which))
        {
            Remove(key);
        }
    }

    private void Remove(in DocumentKey key)
    {
        if (_entries.TryRemove(key, out var entry))
        {
            Interlocked.Add(ref _size, -entry.Document.Size);
        }
    }

    private sealed class Entry(ReadyDocument document, Moment made, DateTimeOffset freshUntil)
    {
        private readonly TimeSpan _lifetime = freshUntil - made.At;

        public ReadyDocument Document { get; } = document;

        /// <summary>Neither clock may say that its time is over; a document of the future was made before the clock was set back.</summary>
        public bool IsFresh(TimeProvider time)
        {
            var now = time.GetUtcNow();
            return now >= made.At && now < freshUntil && time.GetElapsedTime(made.Timestamp) < _lifetime;
        }

        public long Used { get; set; }
    }
}
