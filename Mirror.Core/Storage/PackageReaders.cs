using System.Collections.Concurrent;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>Counts the current readers of each package, so that packages being read are not evicted.</summary>
public sealed class PackageReaders
{
    private readonly ConcurrentDictionary<Sha256Digest, int> _counts = new();

    public bool IsRead(Sha256Digest digest) => _counts.ContainsKey(digest);

    /// <returns>Dispose it when reading ends.</returns>
    public IDisposable Begin(Sha256Digest digest)
    {
        _counts.AddOrUpdate(digest, 1, (_, count) => count + 1);
        return new Reader(this, digest);
    }

    private void End(Sha256Digest digest)
    {
        while (_counts.TryGetValue(digest, out int count))
        {
            if (count > 1 ? _counts.TryUpdate(digest, count - 1, count) : _counts.TryRemove(KeyValuePair.Create(digest, count)))
            {
                return;
            }
        }
    }

    private sealed class Reader(PackageReaders readers, Sha256Digest digest) : IDisposable
    {
        private PackageReaders? _readers = readers;

        public void Dispose() => Interlocked.Exchange(ref _readers, null)?.End(digest);
    }
}
