using System.Diagnostics.Metrics;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Counts events by their kind, all of which are told from the start: what never happened is 0, not absent.</summary>
internal sealed class Tally<TKind>
    where TKind : struct, Enum
{
    private readonly TKind[] _kinds = Enum.GetValues<TKind>();
    private readonly KeyValuePair<string, object?>[] _labels;
    private readonly long[] _counts;

    /// <param name="label">The metric's label, and the closed set of its values.</param>
    public Tally(string label, Func<TKind, string> name)
    {
        _labels = [.. _kinds.Select(kind => new KeyValuePair<string, object?>(label, name(kind)))];
        _counts = new long[_kinds.Length];
    }

    public void Add(TKind kind, long count = 1) => Interlocked.Add(ref _counts[Array.IndexOf(_kinds, kind)], count);

    public IEnumerable<Measurement<long>> Read() => _labels.Select((label, i) => new Measurement<long>(Interlocked.Read(ref _counts[i]), label));
}
