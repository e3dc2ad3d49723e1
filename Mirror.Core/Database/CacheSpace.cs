using Mirror.Core.Configuration;

namespace Mirror.Core.Database;

/// <summary>
/// The memory for cached origin data: <c>Mirror:Upstream:CacheSize</c>, shared by ready documents, lists, proofs and other data read from
/// the database. When it is full, the least recently used entries of all caches are evicted.
/// </summary>
public sealed class CacheSpace(MirrorOptions options)
{
    /// <summary>Bytes that an entry takes in addition to its value.</summary>
    internal const int Overhead = 200;

    private readonly List<ICacheShare> _shares = [];
    private readonly Lock _shrinking = new();
    private long _size;
    private long _uses;

    public long Capacity { get; } = options.Upstream.CacheSize;

    /// <summary>The approximate number of bytes in use.</summary>
    public long Size => Interlocked.Read(ref _size);

    /// <summary>Limits an entry, so that it does not evict everything else.</summary>
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

/// <summary>A cache within a <see cref="CacheSpace"/>.</summary>
internal interface ICacheShare
{
    /// <summary>The entries, each with its last use and an action that evicts it.</summary>
    IEnumerable<(long Used, Action Evict)> List();
}
