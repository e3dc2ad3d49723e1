using System.Diagnostics.Metrics;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// What an operator watches, as instruments of the meter <see cref="MeterName"/> for whatever listens to meters:
/// https://learn.microsoft.com/dotnet/core/diagnostics/metrics.
/// </summary>
internal sealed class FetchingMetrics
{
    public const string MeterName = "Mirror.Fetching";

    private readonly Counter<long> _fills;

    public FetchingMetrics(IMeterFactory meters, StorageSpace space, OriginHttp origins)
    {
        var meter = meters.Create(MeterName);
        _fills = meter.CreateCounter<long>("mirror.package.fills", "{fill}", "Packages asked of an origin, by how that ended");
        meter.CreateObservableGauge("mirror.storage.full", () => space.Problem is null ? 0 : 1, description: "1 while the last package could not be kept for want of space");
        meter.CreateObservableGauge("mirror.storage.reserved", () => space.Reserved, "By", "Space reserved by fills under way");
        meter.CreateObservableGauge("mirror.origin.left_alone", () => origins.OpenBreakers.Count, "{host}", "Hosts that failed several times in a row and are left alone for a moment");
    }

    public void CountFill(FillEnd end) => _fills.Add(1, new KeyValuePair<string, object?>("result", end switch
    {
        FillEnd.Stored => "stored",
        FillEnd.PassedThrough => "passed_through",
        FillEnd.Refused => "refused",
        _ => "failed",
    }));
}

/// <summary>How a fill ended.</summary>
internal enum FillEnd
{
    Stored,

    /// <summary>There was no space; each waiting client got its own.</summary>
    PassedThrough,

    /// <summary>It failed verification.</summary>
    Refused,

    Failed,
}
