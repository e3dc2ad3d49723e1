using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>Current problems of this server.</summary>
/// <param name="SuspendedHosts">Origin hosts that are temporarily not queried after repeated failures.</param>
/// <param name="StorageProblem">Why the last package could not be stored; null if it could.</param>
public sealed record ServerCondition(IReadOnlyList<string> SuspendedHosts, string? StorageProblem);

/// <summary>Reports current problems to users who do not read the log.</summary>
public sealed class ServerConditions(StorageSpace space, OriginHttp origins)
{
    public ServerCondition Read() => new(origins.Breakers.SuspendedHosts, space.Problem);
}
