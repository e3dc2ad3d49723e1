using System.Collections.Concurrent;
using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>
/// Remembers, counted instead of timed, when each provider or module of a root group last changed. A cache that reads
/// something takes <see cref="Now"/> first and keeps what it read only if that source has not changed since.
/// </summary>
internal sealed class ChangeMarks
{
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<(long RootGroupId, ISourceAddress? Source), long> _marks = new();
    private readonly Lock _gate = new();
    private long _now;
    private long _all;

    /// <summary>The number of changes so far.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>To be called after the change is committed and before cached values are dropped.</summary>
    /// <param name="source">Null: everything of the root group.</param>
    public void Mark(long rootGroupId, ISourceAddress? source)
    {
        lock (_gate)
        {
            if (_marks.Count >= Capacity)
            {
                // The cost is that what is being read at this moment is not kept.
                MarkAll();
                _marks.Clear();
            }

            _marks[(rootGroupId, source)] = Interlocked.Increment(ref _now);
        }
    }

    public void MarkAll()
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _all, Interlocked.Increment(ref _now));
        }
    }

    /// <param name="moment">What <see cref="Now"/> was before the value was read.</param>
    public bool ChangedSince(long moment, long rootGroupId, ISourceAddress source) =>
        Interlocked.Read(ref _all) > moment
        || _marks.TryGetValue((rootGroupId, source), out long mark) && mark > moment
        || _marks.TryGetValue((rootGroupId, null), out mark) && mark > moment;
}
