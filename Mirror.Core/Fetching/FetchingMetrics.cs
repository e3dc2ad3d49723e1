using System.Diagnostics.Metrics;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// What an operator watches, as instruments of the meter <see cref="MeterName"/> for whatever listens to meters, the
/// server's own <c>/metrics</c> among them: https://learn.microsoft.com/dotnet/core/diagnostics/metrics. Labels come from
/// closed sets, never from what a request or an origin says.
/// </summary>
public sealed class FetchingMetrics
{
    public const string MeterName = "Mirror.Fetching";

    private const string OtherHost = "other";

    private readonly Counter<FillEnd> _fills = new("result", end => end switch
    {
        FillEnd.Stored => "stored",
        FillEnd.PassedThrough => "passed_through",
        FillEnd.Refused => "refused",
        _ => "failed",
    });

    private readonly Counter<CacheUse> _packages = new("cache", Name);
    private readonly Counter<Direction> _bytes = new(
        "direction", direction => direction == Direction.FromOrigins ? "from_origins" : "to_clients");
    private readonly string[] _hosts;
    private int _running;

    public FetchingMetrics(
        IMeterFactory meters,
        StorageSpace space,
        PackageRetention retention,
        DocumentCache documents,
        CacheSpace cache,
        OriginHttp origins,
        MirrorOptions options)
    {
        _hosts = FindHosts(options.Upstream);
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("mirror.package.fills", _fills.Read, "{fill}", "Packages asked of an origin, by how that ended");
        meter.CreateObservableGauge(
            "mirror.package.fills.running",
            () => Volatile.Read(ref _running),
            "{fill}",
            "Packages being asked of an origin, those that wait for their turn included");
        meter.CreateObservableCounter(
            "mirror.package.requests", _packages.Read, "{request}", "Packages asked of this server, by whether they were stored");
        meter.CreateObservableCounter(
            "mirror.document.requests",
            () => new[]
            {
                new Measurement<long>(documents.Hits, new KeyValuePair<string, object?>("cache", Name(CacheUse.Hit))),
                new Measurement<long>(documents.Misses, new KeyValuePair<string, object?>("cache", Name(CacheUse.Miss))),
            },
            "{request}",
            "Documents asked of this server, by whether they were ready");
        meter.CreateObservableGauge("mirror.document.cache.size", () => documents.Size, "By", "Memory of documents that are ready");
        meter.CreateObservableGauge(
            "mirror.cache.size", () => cache.Size, "By", "Memory of all that is kept of origins: documents, lists, proofs");
        meter.CreateObservableCounter("mirror.package.transferred", _bytes.Read, "By", "Bytes of packages, by direction");
        meter.CreateObservableGauge("mirror.storage.used", () => space.LastStoredBytes, "By", "Size of all stored packages");
        meter.CreateObservableGauge(
            "mirror.storage.orphaned", () => space.LastOrphanedBytes, "By", "Size of stored packages that no record names");
        meter.CreateObservableGauge(
            "mirror.storage.free",
            () => space.FreeBytes is { } free ? [new Measurement<long>(free)] : Array.Empty<Measurement<long>>(),
            "By",
            "Free space on the disk of the packages; absent if the store does not know it");
        meter.CreateObservableGauge(
            "mirror.storage.full",
            () => space.Problem is null ? 0 : 1,
            description: "1 while the last package could not be kept for want of space");
        meter.CreateObservableGauge("mirror.storage.reserved", () => space.Reserved, "By", "Space reserved by fills under way");
        meter.CreateObservableCounter(
            "mirror.storage.removed", () => retention.RemovedCount, "{package}", "Packages that went to make room");
        meter.CreateObservableCounter(
            "mirror.origin.requests", () => origins.RequestCount, "{request}", "Requests to origins, redirects and retries included");
        meter.CreateObservableGauge(
            "mirror.suspended_hosts",
            () => ReadHosts(origins.Breakers.SuspendedHosts),
            "{host}",
            "1 for a host that failed several times in a row and is left alone for a moment");
    }

    public void CountFill(FillEnd end) => _fills.Add(end);

    public void CountPackage(CacheUse use) => _packages.Add(use);

    public void CountReceived(long bytes) => _bytes.Add(Direction.FromOrigins, bytes);

    public void CountSent(long bytes) => _bytes.Add(Direction.ToClients, bytes);

    internal void FillBegun() => Interlocked.Increment(ref _running);

    internal void FillEnded() => Interlocked.Decrement(ref _running);

    /// <summary>The hosts that the configuration names; every other one is counted under one name.</summary>
    private static string[] FindHosts(UpstreamOptions options) =>
    [
        .. options.AllowedHosts.Select(host => host.Value)
            .Concat(options.Hosts.Select(host => (host.ProvidersUrl ?? host.MirrorUrl)?.Authority ?? host.Name.Value))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private IEnumerable<Measurement<int>> ReadHosts(IReadOnlyList<string> leftAlone) =>
        _hosts.Select(host => new Measurement<int>(leftAlone.Contains(host) ? 1 : 0, new KeyValuePair<string, object?>("host", host)))
            .Append(new Measurement<int>(leftAlone.Except(_hosts).Count(), new KeyValuePair<string, object?>("host", OtherHost)));

    private static string Name(CacheUse use) => use == CacheUse.Hit ? "hit" : "miss";

    private enum Direction
    {
        FromOrigins,
        ToClients,
    }
}

/// <summary>How a fill ended.</summary>
public enum FillEnd
{
    Stored,

    /// <summary>There was no space; each waiting client got its own.</summary>
    PassedThrough,

    /// <summary>It failed verification.</summary>
    Refused,

    Failed,
}

public enum CacheUse
{
    Hit,
    Miss,
}

/// <summary>Counts events by kind. Every kind is reported from the start: what never happened is 0, not absent.</summary>
internal sealed class Counter<TKind>
    where TKind : struct, Enum
{
    private readonly TKind[] _kinds = Enum.GetValues<TKind>();
    private readonly KeyValuePair<string, object?>[] _labels;
    private readonly long[] _counts;

    /// <param name="label">The metric's label, and the closed set of its values.</param>
    public Counter(string label, Func<TKind, string> name)
    {
        _labels = [.. _kinds.Select(kind => new KeyValuePair<string, object?>(label, name(kind)))];
        _counts = new long[_kinds.Length];
    }

    public void Add(TKind kind, long count = 1) => Interlocked.Add(ref _counts[Array.IndexOf(_kinds, kind)], count);

    public IEnumerable<Measurement<long>> Read() =>
        _labels.Select((label, i) => new Measurement<long>(Interlocked.Read(ref _counts[i]), label));
}
