using System.Collections.Concurrent;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
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
        changes.Changed += change => Drop(key => key.RootGroupId == change.RootGroupId && key.Source.Equals(change.Source));
        policies.Changed += rootGroupId => Drop(key => key.RootGroupId == rootGroupId);
        namespaces.Changed += Clear;
    }

    /// <summary>Bytes in use, about.</summary>
    public long Size => Interlocked.Read(ref _size);

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Counts changes: what was made from things read before a change must not be kept after it.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    private long _generation;

    /// <returns>The document while it is fresh, or null.</returns>
    public ReadyDocument? Find(in DocumentKey key)
    {
        if (!_entries.TryGetValue(key, out var entry) || _time.GetUtcNow() >= entry.FreshUntil)
        {
            Interlocked.Increment(ref _misses);
            return null;
        }

        entry.Used = Interlocked.Increment(ref _clock);
        Interlocked.Increment(ref _hits);
        return entry.Document;
    }

    /// <param name="generation">What <see cref="Generation"/> was before the document was made.</param>
    public void Add(in DocumentKey key, ReadyDocument document, DateTimeOffset freshUntil, long generation)
    {
        if (document.Size > _capacity / 4 || generation != Generation || freshUntil <= _time.GetUtcNow())
        {
            return;
        }

        var entry = new Entry(document, freshUntil) { Used = Interlocked.Increment(ref _clock) };
        // Of two that are added at once one is as good as the other; each is counted once.
        Remove(key);
        if (_entries.TryAdd(key, entry))
        {
            Interlocked.Add(ref _size, document.Size);
        }

        if (generation != Generation)
        {
            // A change came in between, and may have passed this entry over.
            Remove(key);
        }

        if (Size > _capacity)
        {
            Shrink();
        }
    }

    /// <param name="source">Null: all.</param>
    internal void Forget(IReadOnlySet<long> namespaceIds, ISourceAddress? source) =>
        Drop(key => namespaceIds.Contains(key.NamespaceId) && (source is null || key.Source.Equals(source)));

    public void Clear() => Drop(_ => true);

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
        Interlocked.Increment(ref _generation);
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

    private sealed class Entry(ReadyDocument document, DateTimeOffset freshUntil)
    {
        public ReadyDocument Document { get; } = document;

        public DateTimeOffset FreshUntil { get; } = freshUntil;

        public long Used { get; set; }
    }
}
