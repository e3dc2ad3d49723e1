using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Identifies a document: its namespace, protocol and subject.</summary>
/// <param name="Version">Null for the version list.</param>
/// <param name="Platform">Null for the whole version.</param>
public readonly record struct DocumentKey(
    string Protocol, long NamespaceId, long RootGroupId, ISourceAddress Source, ProviderVersion? Version, Platform? Platform = null);

/// <summary>
/// Caches ready-to-serve documents in memory, within <see cref="CacheSpace"/>. A document is removed when its sources change. A document
/// that is too large to be cached is shared by the clients that are receiving it.
/// </summary>
public sealed class DocumentCache : IDisposable
{
    // Older than any change.
    private const long Outdated = -1;

    private readonly ReadThroughCache<DocumentKey, Entry> _entries;
    private readonly SemaphoreSlim _long = new(1, 1);
    private readonly NamespaceDirectory _namespaces;
    private readonly TimeProvider _time;
    private long _hits;
    private long _misses;

    public DocumentCache(CacheSpace space, CatalogChanges changes, PolicyChanges policies, NamespaceDirectory namespaces, TimeProvider time)
    {
        // Documents are created by the protocols and added with Add.
        _entries = new((_, _) => Task.FromResult<Entry?>(null), key => (key.RootGroupId, key.Source), space, entry => entry.Document.Size);
        (_namespaces, _time) = (namespaces, time);
        changes.Changed += change => _entries.Forget(change.RootGroupId, change.Source);
        policies.Changed += rootGroupId => _entries.Forget(rootGroupId, null);
        namespaces.Changed += Clear;
    }

    /// <summary>The approximate number of bytes in use.</summary>
    public long Size => _entries.Size;

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>
    /// Finds the content of a document. If finding it changed its own sources, because a list or a proof was fetched, it is found again,
    /// now without the origin, so that even the first document can be cached.
    /// </summary>
    /// <param name="find">Receives whether this is the second call, which must not wait for the same work again.</param>
    /// <returns>The content, and the moment that it represents, to be passed to <see cref="Add"/>.</returns>
    public async Task<(Outcome<T> Found, long Moment)> GatherAsync<T>(
        ResolvedNamespace scope, ISourceAddress source, Func<bool, Task<Outcome<T>>> find)
        where T : IOffer
    {
        long moment = _entries.Now;
        var found = await find(false).ConfigureAwait(false);
        // A stale offer is not cached: its replacement, once proven, is used by the next request.
        if (found.TryGet(out var offer) && offer.FreshUntil > _time.GetUtcNow() && _entries.HasChanged(scope.RootGroupId, source, moment))
        {
            moment = _entries.Now;
            found = await find(true).ConfigureAwait(false);
        }

        // The request resolved its namespace before this moment.
        return (found, _namespaces.IsCurrent(scope) ? moment : Outdated);
    }

    /// <returns>The document if it is fresh, or null.</returns>
    public ReadyDocument? Find(in DocumentKey key)
    {
        if (!_entries.TryGet(key, out var entry) || !entry.IsFresh(_time))
        {
            Interlocked.Increment(ref _misses);
            return null;
        }

        Interlocked.Increment(ref _hits);
        return entry.Document;
    }

    /// <summary>
    /// Creates a list document and caches it, as <see cref="Add"/> does. Long documents are created one at a time, and only once for
    /// concurrent requests.
    /// </summary>
    /// <param name="isLong">The list has very many items.</param>
    public async Task<ReadyDocument> MakeAsync(
        DocumentKey key, bool isLong, DateTimeOffset freshUntil, long moment, Func<ReadyDocument> make, CancellationToken cancellationToken)
    {
        if (isLong)
        {
            await _long.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (isLong && _entries.TryGet(key, out var entry) && entry.IsFresh(_time))
            {
                return entry.Document;
            }

            var document = make();
            Add(key, document, freshUntil, moment);
            return document;
        }
        finally
        {
            if (isLong)
            {
                _long.Release();
            }
        }
    }

    public void Dispose() => _long.Dispose();

    /// <summary>Caches a document, unless its sources have changed since.</summary>
    /// <param name="moment">The moment returned by <see cref="GatherAsync"/>.</param>
    public void Add(in DocumentKey key, ReadyDocument document, DateTimeOffset freshUntil, long moment)
    {
        var made = Moment.Now(_time);
        if (freshUntil > made.At)
        {
            _entries.Keep(key, new Entry(document, made, freshUntil), moment);
        }
    }

    /// <param name="namespaceIds">Namespaces of the root group.</param>
    /// <param name="source">Null for all.</param>
    internal void Forget(long rootGroupId, IReadOnlySet<long> namespaceIds, ISourceAddress? source) =>
        _entries.Forget(rootGroupId, source, key => namespaceIds.Contains(key.NamespaceId));

    public void Clear() => _entries.Clear();

    private sealed class Entry(ReadyDocument document, Moment made, DateTimeOffset freshUntil)
    {
        private readonly TimeSpan _lifetime = freshUntil - made.At;

        public ReadyDocument Document { get; } = document;

        /// <summary>Fresh by both clocks; a document made in the future was made before the clock was set back, and is stale.</summary>
        public bool IsFresh(TimeProvider time)
        {
            var now = time.GetUtcNow();
            return now >= made.At && now < freshUntil && time.GetElapsedTime(made.Timestamp) < _lifetime;
        }
    }
}
