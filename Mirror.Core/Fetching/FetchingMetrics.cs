using System.Diagnostics.Metrics;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Caching;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// Metrics for operators: instruments of the meter <see cref="MeterName"/> for any listener, including the server's own <c>/metrics</c>.
/// See https://learn.microsoft.com/dotnet/core/diagnostics/metrics. Labels have closed sets of values and never contain text from requests
/// or origins.
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
    private long _redirected;

    public FetchingMetrics(
        IMeterFactory meters,
        StorageSpace space,
        PackageRetention retention,
        DocumentCache documents,
        CacheSpace cache,
        OriginHttp origins,
        IPackageStore store,
        MirrorOptions options)
    {
        _hosts = FindHosts(options.Upstream);
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("mirror.package.fills", _fills.Read, "{fill}", "Package fetches from origins, by result");
        meter.CreateObservableGauge(
            "mirror.package.fills.running",
            () => Volatile.Read(ref _running),
            "{fill}",
            "Package fetches in progress, including queued ones");
        meter.CreateObservableCounter(
            "mirror.package.requests", _packages.Read, "{request}", "Package requests, by whether the package was stored");
        meter.CreateObservableCounter(
            "mirror.package.redirected",
            () => Interlocked.Read(ref _redirected),
            "{request}",
            "Package requests that were redirected to the package store; their bytes are not known");
        meter.CreateObservableCounter(
            "mirror.document.requests",
            () => new[]
            {
                new Measurement<long>(documents.Hits, new KeyValuePair<string, object?>("cache", Name(CacheUse.Hit))),
                new Measurement<long>(documents.Misses, new KeyValuePair<string, object?>("cache", Name(CacheUse.Miss))),
            },
            "{request}",
            "Document requests, by whether the document was cached");
        meter.CreateObservableGauge("mirror.document.cache.size", () => documents.Size, "By", "Memory used by cached documents");
        meter.CreateObservableGauge(
            "mirror.cache.size", () => cache.Size, "By", "Memory used by all cached origin data: documents, lists, proofs");
        meter.CreateObservableCounter("mirror.package.transferred", _bytes.Read, "By", "Bytes of packages, by direction");
        meter.CreateObservableGauge("mirror.storage.used", () => space.LastStoredBytes, "By", "Size of all stored packages");
        meter.CreateObservableGauge(
            "mirror.storage.orphaned", () => space.LastOrphanedBytes, "By", "Size of orphaned packages");
        meter.CreateObservableGauge(
            "mirror.storage.free",
            () => space.FreeBytes is { } free ? [new Measurement<long>(free)] : Array.Empty<Measurement<long>>(),
            "By",
            "Free space on the disk of the package store; absent if unknown");
        meter.CreateObservableGauge(
            "mirror.storage.full",
            () => space.Problem is null ? 0 : 1,
            description: "1 if the last package could not be stored for lack of space");
        meter.CreateObservableGauge("mirror.storage.reserved", () => space.Reserved, "By", "Space reserved by fetches in progress");
        meter.CreateObservableCounter(
            "mirror.storage.removed", () => retention.RemovedCount, "{package}", "Packages removed to free space");
        if (store is CachedPackageStore local)
        {
            meter.CreateObservableCounter(
                "mirror.local_cache.requests",
                () => new[]
                {
                    new Measurement<long>(local.Hits, new KeyValuePair<string, object?>("cache", Name(CacheUse.Hit))),
                    new Measurement<long>(local.Misses, new KeyValuePair<string, object?>("cache", Name(CacheUse.Miss))),
                },
                "{request}",
                "Stored packages that were opened, by whether they were in the local cache");
            meter.CreateObservableGauge("mirror.local_cache.size", () => local.CachedBytes, "By", "Size of the local cache");
        }

        meter.CreateObservableCounter(
            "mirror.origin.requests", () => origins.RequestCount, "{request}", "Requests to origins, including redirects and retries");
        meter.CreateObservableGauge(
            "mirror.suspended_hosts",
            () => ReadHosts(origins.Breakers.SuspendedHosts),
            "{host}",
            "1 for a host that is temporarily suspended after repeated failures");
    }

    public void CountFill(FillEnd end) => _fills.Add(end);

    public void CountPackage(CacheUse use) => _packages.Add(use);

    public void CountRedirected() => Interlocked.Increment(ref _redirected);

    public void CountReceived(long bytes) => _bytes.Add(Direction.FromOrigins, bytes);

    public void CountSent(long bytes) => _bytes.Add(Direction.ToClients, bytes);

    internal void FillBegun() => Interlocked.Increment(ref _running);

    internal void FillEnded() => Interlocked.Decrement(ref _running);

    /// <summary>The hosts named in the configuration; all others are counted under one name.</summary>
    private static string[] FindHosts(UpstreamOptions options) =>
    [
        .. options.AllowedHosts.Select(host => host.Value)
            .Concat(options.Hosts.Select(host => (host.ProvidersUrl ?? host.MirrorUrl)?.Authority ?? host.Name.Value))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private IEnumerable<Measurement<int>> ReadHosts(IReadOnlyList<string> suspended) =>
        _hosts.Select(host => new Measurement<int>(suspended.Contains(host) ? 1 : 0, new KeyValuePair<string, object?>("host", host)))
            .Append(new Measurement<int>(suspended.Except(_hosts).Count(), new KeyValuePair<string, object?>("host", OtherHost)));

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

    /// <summary>There was no space; each waiting client received its own download.</summary>
    PassedThrough,

    /// <summary>The package failed verification.</summary>
    Refused,

    Failed,
}

public enum CacheUse
{
    Hit,
    Miss,
}

/// <summary>Counts events by kind. Every kind is reported from the start, as 0 if it never occurred.</summary>
internal sealed class Counter<TKind>
    where TKind : struct, Enum
{
    private readonly TKind[] _kinds = Enum.GetValues<TKind>();
    private readonly KeyValuePair<string, object?>[] _labels;
    private readonly long[] _counts;

    /// <param name="label">The metric's label; its values are a closed set.</param>
    public Counter(string label, Func<TKind, string> name)
    {
        _labels = [.. _kinds.Select(kind => new KeyValuePair<string, object?>(label, name(kind)))];
        _counts = new long[_kinds.Length];
    }

    public void Add(TKind kind, long count = 1) => Interlocked.Add(ref _counts[Array.IndexOf(_kinds, kind)], count);

    public IEnumerable<Measurement<long>> Read() =>
        _labels.Select((label, i) => new Measurement<long>(Interlocked.Read(ref _counts[i]), label));
}
