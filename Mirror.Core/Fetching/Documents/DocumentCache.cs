using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Which document it is: of which namespace, in which protocol, about what.</summary>
/// <param name="Version">Null: the list of versions.</param>
/// <param name="Platform">Null: the version as a whole.</param>
public readonly record struct DocumentKey(
    string Protocol, long NamespaceId, long RootGroupId, ISourceAddress Source, ProviderVersion? Version, Platform? Platform = null);

/// <summary>
/// Ready documents in memory, within <see cref="CacheSpace"/>. What they were made from is watched: a change drops them. One
/// that is too large to be kept is shared by those to whom it is being sent.
/// </summary>
public sealed class DocumentCache : IDisposable
{
    // Before every change.
    private const long Outdated = -1;

    private readonly ReadThroughCache<DocumentKey, Entry> _entries;
    private readonly SemaphoreSlim _long = new(1, 1);
    private readonly NamespaceDirectory _namespaces;
    private readonly TimeProvider _time;
    private long _hits;
    private long _misses;

    public DocumentCache(CacheSpace space, CatalogChanges changes, PolicyChanges policies, NamespaceDirectory namespaces, TimeProvider time)
    {
        // Documents are made by their protocols, and come here through Add.
        _entries = new((_, _) => Task.FromResult<Entry?>(null), key => (key.RootGroupId, key.Source), space, entry => entry.Document.Size);
        (_namespaces, _time) = (namespaces, time);
        changes.Changed += change => _entries.Forget(change.RootGroupId, change.Source);
        policies.Changed += rootGroupId => _entries.Forget(rootGroupId, null);
        namespaces.Changed += Clear;
    }

    /// <summary>Bytes in use, about.</summary>
    public long Size => _entries.Size;

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>
    /// Finds what a document is to be made of. Where finding it changed that very thing, because a list or a proof was fetched
    /// for it, it is found once more, now without the origin, so that the first document can be kept, too.
    /// </summary>
    /// <param name="find">Is told whether it is the second time: what was waited for then is not waited for once more.</param>
    /// <returns>What was found, and the moment it stands for, which <see cref="Add"/> asks for.</returns>
    public async Task<(Outcome<T> Found, long Moment)> GatherAsync<T>(
        ResolvedNamespace scope, ISourceAddress source, Func<bool, Task<Outcome<T>>> find)
        where T : IOffer
    {
        long moment = _entries.Now;
        var found = await find(false).ConfigureAwait(false);
        // A stale offer is not kept: what replaces it, once it has been proven, is for the next request.
        if (found.TryGet(out var offer) && offer.FreshUntil > _time.GetUtcNow() && _entries.HasChanged(scope.RootGroupId, source, moment))
        {
            moment = _entries.Now;
            found = await find(true).ConfigureAwait(false);
        }

        // The request resolved its namespace before the moment.
        return (found, _namespaces.IsCurrent(scope) ? moment : Outdated);
    }

    /// <returns>The document while it is fresh, or null.</returns>
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
    /// Makes a document of a list and keeps it, as <see cref="Add"/> does. Long ones are made one at a time, and not again for
    /// those who waited for the same.
    /// </summary>
    /// <param name="isLong">It has very many items.</param>
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

    /// <summary>Keeps a document, unless what it was made of has changed since.</summary>
    /// <param name="moment">As <see cref="GatherAsync"/> gave it.</param>
    public void Add(in DocumentKey key, ReadyDocument document, DateTimeOffset freshUntil, long moment)
    {
        var made = Moment.Now(_time);
        if (freshUntil > made.At)
        {
            _entries.Keep(key, new Entry(document, made, freshUntil), moment);
        }
    }

    /// <param name="namespaceIds">Namespaces of the root group.</param>
    /// <param name="source">Null: all.</param>
    internal void Forget(long rootGroupId, IReadOnlySet<long> namespaceIds, ISourceAddress? source) =>
        _entries.Forget(rootGroupId, source, key => namespaceIds.Contains(key.NamespaceId));

    public void Clear() => _entries.Clear();

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
    }
}
