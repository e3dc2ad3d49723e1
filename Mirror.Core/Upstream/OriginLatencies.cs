using System.Collections.Concurrent;

namespace Mirror.Core.Upstream;

/// <summary>Ranges of durations, each a fifth longer than the one before: percentiles of counts per range are at most 10 % off.</summary>
public static class LatencyRange
{
    private const double Factor = 1.2;

    /// <summary>Almost a minute.</summary>
    private const int Longest = 60;

    public static int Of(TimeSpan duration) =>
        duration.TotalMilliseconds <= 1
            ? 0
            : Math.Min(Longest, (int)Math.Ceiling(Math.Log(duration.TotalMilliseconds) / Math.Log(Factor)));

    /// <summary>The middle of a range.</summary>
    public static TimeSpan Typical(int range) => TimeSpan.FromMilliseconds(Math.Pow(Factor, range - .5));

    /// <summary>The duration that a share of all responses did not exceed; null if there were none.</summary>
    /// <param name="share">0.5 for the median.</param>
    public static TimeSpan? Percentile(IReadOnlyCollection<(int Range, long Count)> counts, double share)
    {
        double wanted = counts.Sum(range => range.Count) * share;
        long seen = 0;
        foreach (var (range, count) in counts.OrderBy(range => range.Range))
        {
            seen += count;
            if (count > 0 && seen >= wanted)
            {
                return Typical(range);
            }
        }

        return null;
    }
}

/// <summary>Counts how long hosts take until the head of a response.</summary>
public sealed class OriginLatencies
{
    // Documents can name arbitrary hosts.
    private const int MaxEntries = 5000;

    private readonly ConcurrentDictionary<(string Host, int Range), long> _counts = new();

    /// <param name="host">With its port, unless that is the default.</param>
    public void Record(string host, TimeSpan duration)
    {
        if (_counts.Count < MaxEntries)
        {
            Add((host, LatencyRange.Of(duration)), 1);
        }
    }

    /// <summary>Returns the counts since the last call.</summary>
    public IReadOnlyList<(string Host, int Range, long Count)> Take()
    {
        var taken = new List<(string, int, long)>();
        foreach (var key in _counts.Keys)
        {
            if (_counts.TryRemove(key, out long count))
            {
                taken.Add((key.Host, key.Range, count));
            }
        }

        return taken;
    }

    /// <summary>Puts back counts that could not be saved.</summary>
    public void Return(IEnumerable<(string Host, int Range, long Count)> counts)
    {
        foreach (var (host, range, count) in counts)
        {
            Add((host, range), count);
        }
    }

    private void Add((string Host, int Range) key, long count) => _counts.AddOrUpdate(key, count, (_, known) => known + count);
}
