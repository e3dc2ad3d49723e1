namespace Mirror.E2E.Soak;

/// <param name="Duration">How long clients send requests.</param>
/// <param name="KillEvery">The interval at which the server is killed with SIGKILL and started again.</param>
/// <param name="Seed">Determines the behavior of each client, and when the origin fails.</param>
public sealed record SoakSettings(TimeSpan Duration, TimeSpan KillEvery, int Seed);

/// <summary>The result of a soak test.</summary>
/// <param name="Inits">Complete inits of stored providers: list, version and package, all checked.</param>
/// <param name="ColdInits">Inits of providers that may need a download, with any result.</param>
/// <param name="InvalidRequests">Malformed, oversized and forged requests.</param>
/// <param name="SlowConnections">Connections that sent or read almost nothing.</param>
/// <param name="Restarts">How often the server was killed and started again.</param>
/// <param name="Slowest">The 99th percentile of the response time of complete inits.</param>
/// <param name="PeakResident">The peak resident memory of the server, in bytes.</param>
/// <param name="Statuses">How often each status was returned.</param>
/// <param name="Faults">Unexpected results: crashes, wrong bytes, undocumented responses, findings of <c>mirror verify</c>.</param>
public sealed record SoakReport(
    long Inits,
    long ColdInits,
    long InvalidRequests,
    long SlowConnections,
    int Restarts,
    TimeSpan Slowest,
    long PeakResident,
    IReadOnlyDictionary<int, long> Statuses,
    IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Inits} inits, {ColdInits} cold ones, {InvalidRequests} invalid requests, {SlowConnections} slow connections, {Restarts} restarts after SIGKILL; 99th percentile {Slowest.TotalMilliseconds:0} ms, {PeakResident / 1e6:0} MB resident at most; ")
        + $"statuses {string.Join(", ", Statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}; {Faults.Count} faults";
}
