using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Mirror.Tests.Fetching;

/// <summary>Listens to the instruments of one server, of the many that a test run starts.</summary>
public sealed class RecordedMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string? Result), long> _sums = [];

    /// <param name="factory">The server's own.</param>
    public RecordedMeters(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Record);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.Start();
    }

    /// <summary>The sum of a counter since this was made, or what a gauge says now.</summary>
    /// <param name="result">The value of the counter's tag.</param>
    public long Read(string name, string? result = null)
    {
        foreach (var key in _sums.Keys.Where(key => key.Result is null))
        {
            _sums.TryRemove(key, out _);
        }

        _listener.RecordObservableInstruments();
        return _sums.GetValueOrDefault((name, result));
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        _sums.AddOrUpdate((instrument.Name, tags.IsEmpty ? null : tags[0].Value as string), value, (_, sum) => sum + value);
}
