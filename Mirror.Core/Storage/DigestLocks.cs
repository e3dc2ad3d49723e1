using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>One lock per digest within this process; unused locks take no memory.</summary>
internal sealed class DigestLocks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, Entry> _entries = [];

    public async ValueTask<IDisposable> AcquireAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(digest, out entry!))
            {
                _entries.Add(digest, entry = new Entry());
            }

            entry.Users++;
        }

        try
        {
            await entry.Semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(digest, entry);
            throw;
        }

        return new Holder(this, digest, entry);
    }

    private void Leave(Sha256Digest digest, Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(digest);
                entry.Semaphore.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Holder(DigestLocks owner, Sha256Digest digest, Entry entry) : IDisposable
    {
        private DigestLocks? _owner = owner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _owner, null) is { } locks)
            {
                entry.Semaphore.Release();
                locks.Leave(digest, entry);
            }
        }
    }
}
