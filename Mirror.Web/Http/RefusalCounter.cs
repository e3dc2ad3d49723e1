using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Mirror.Web.Http;

/// <summary>Counts refusals by their reason and logs them at most once a minute, so that an attacker cannot fill the log.</summary>
/// <param name="time">Measures the minute.</param>
/// <param name="label">The label of the metric whose values are the reasons, such as <c>in_all</c>.</param>
/// <param name="reasons">The reasons that are counted.</param>
/// <param name="log">Logs the number of refusals since the previous call and the latest reason.</param>
internal sealed class RefusalCounter<TReason>(TimeProvider time, string label, IReadOnlyList<TReason> reasons, Action<long, TReason> log)
    where TReason : struct, Enum
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<TReason, long> _counts = reasons.ToDictionary(reason => reason, _ => 0L);
    private long _unlogged;
    private long? _loggedAt;

    public void Add(TReason reason)
    {
        long count;
        lock (_gate)
        {
            _counts[reason]++;
            _unlogged++;
            if (_loggedAt is { } before && time.GetElapsedTime(before) < Interval)
            {
                return;
            }

            _loggedAt = time.GetTimestamp();
            count = _unlogged;
            _unlogged = 0;
        }

        log(count, reason);
    }

    public IEnumerable<Measurement<long>> Read()
    {
        lock (_gate)
        {
            return [.. reasons.Select(reason => new Measurement<long>(
                _counts[reason],
                new KeyValuePair<string, object?>(label, JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()))))];
        }
    }
}
