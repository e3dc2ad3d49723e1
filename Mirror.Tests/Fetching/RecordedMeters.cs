using System.Diagnostics.Metrics;

namespace Mirror.Tests.Fetching;

/// <summary>Listens to the instruments of one server, among the many servers of a test run.</summary>
public sealed class RecordedMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Name, string? Label), long> _values = [];

    /// <param name="factory">The meter factory of the server.</param>
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
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, state) => Record(instrument, value, labels, state));
        _listener.Start();
    }

    /// <summary>The current value of a counter or gauge.</summary>
    /// <param name="label">The value of its label.</param>
    public long Read(string name, string? label = null)
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
        return _values[(name, label)];
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state) =>
        _values[(instrument.Name, labels.IsEmpty ? null : labels[0].Value as string)] = value;
}
