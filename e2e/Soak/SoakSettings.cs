namespace Mirror.E2E.Soak;

/// <param name="Duration">How long clients are at work.</param>
/// <param name="KillEvery">How often the server is killed with SIGKILL and started again.</param>
/// <param name="Seed">Decides what each client does and when the origin misbehaves.</param>
public sealed record SoakSettings(TimeSpan Duration, TimeSpan KillEvery, int Seed);

/// <summary>What a soak showed.</summary>
/// <param name="Inits">Whole inits of stored providers: list, version, package, each checked.</param>
/// <param name="ColdInits">Inits of providers that may have to be fetched, whatever their end.</param>
/// <param name="JunkRequests">Malformed, oversized and forged requests.</param>
/// <param name="SlowConnections">Connections that sent or read next to nothing.</param>
/// <param name="Restarts">How often the server was killed and came back.</param>
/// <param name="Slowest">The 99th percentile of the answers to whole inits.</param>
/// <param name="PeakResident">The most memory that the server had resident, in bytes.</param>
/// <param name="Statuses">How often each status was answered.</param>
/// <param name="Faults">What must not be: crashes, wrong bytes, undocumented answers, findings of <c>mirror verify</c>.</param>
public sealed record SoakReport(
    long Inits,
    long ColdInits,
    long JunkRequests,
    long SlowConnections,
    int Restarts,
    TimeSpan Slowest,
    long PeakResident,
    IReadOnlyDictionary<int, long> Statuses,
    IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Inits} inits, {ColdInits} cold ones, {JunkRequests} junk requests, {SlowConnections} slow connections, {Restarts} restarts after SIGKILL; 99th percentile {Slowest.TotalMilliseconds:0} ms, {PeakResident / 1e6:0} MB resident at most; ")
        + $"statuses {string.Join(", ", Statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}; {Faults.Count} faults";
}
