using System.Diagnostics.Metrics;

namespace Mirror.Web.Metrics;

/// <param name="Unit">As the instrument says it: <c>By</c>, <c>s</c>, <c>{request}</c>.</param>
/// <param name="IsCounter">It only grows; otherwise it goes up and down.</param>
public sealed record MeterReading(string Name, string? Unit, string? Description, bool IsCounter, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);

/// <summary>Reads the observable instruments of this server's meters, and those of the runtime, whenever it is asked.</summary>
internal sealed class MeterReadings : IDisposable
{
    private const string Runtime = "System.Runtime";
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<MeterReading> _readings = [];

    /// <param name="factory">Made the meters of this server; a process may run several.</param>
    public MeterReadings(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.IsObservable && (instrument.Meter.Scope == factory && instrument.Meter.Name.StartsWith("Mirror.", StringComparison.Ordinal) || instrument.Meter.Name == Runtime))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Record(instrument, value, labels));
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Record(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Record(instrument, value, labels));
        _listener.Start();
    }

    public IReadOnlyList<MeterReading> Read()
    {
        lock (_gate)
        {
            _readings.Clear();
            _listener.RecordObservableInstruments();
            return [.. _readings];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var named = new List<KeyValuePair<string, string>>(labels.Length);
        foreach (var (name, label) in labels)
        {
            named.Add(KeyValuePair.Create(name, $"{label}"));
        }

        var type = instrument.GetType().GetGenericTypeDefinition();
        _readings.Add(new MeterReading(instrument.Name, instrument.Unit, instrument.Description, type == typeof(ObservableCounter<>), named, value));
    }
}
