using System.Diagnostics.Metrics;

namespace Mirror.Web.Http;

/// <summary>Counts refusals by a limit and logs them at most once a minute, so that an attacker cannot fill the log.</summary>
/// <param name="time">Measures the minute.</param>
/// <param name="log">Logs the number of refusals since the previous call and the latest reason.</param>
internal sealed class RefusalCounter(TimeProvider time, Action<long, ShareRefusal> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private long _inAll;
    private long _perAddress;
    private long _unlogged;
    private long? _loggedAt;

    public void Add(ShareRefusal refusal)
    {
        long count;
        lock (_gate)
        {
            _ = refusal == ShareRefusal.InAll ? _inAll++ : _perAddress++;
            _unlogged++;
            if (_loggedAt is { } before && time.GetElapsedTime(before) < Interval)
            {
                return;
            }

            _loggedAt = time.GetTimestamp();
            count = _unlogged;
            _unlogged = 0;
        }

        log(count, refusal);
    }

    public IEnumerable<Measurement<long>> Read() =>
    [
        new Measurement<long>(Interlocked.Read(ref _inAll), new KeyValuePair<string, object?>("limit", "in_all")),
        new Measurement<long>(Interlocked.Read(ref _perAddress), new KeyValuePair<string, object?>("limit", "per_address")),
    ];
}
