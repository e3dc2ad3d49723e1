using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>What is amiss with this server for the moment.</summary>
/// <param name="SuspendedHosts">Origin hosts that failed several times in a row: they are asked again in a moment.</param>
/// <param name="StorageProblem">Why the last package could not be kept; null where it could.</param>
public sealed record ServerCondition(IReadOnlyList<string> SuspendedHosts, string? StorageProblem);

/// <summary>Tells those who look at this server what they would otherwise find in its log.</summary>
public sealed class ServerConditions(StorageSpace space, OriginHttp origins)
{
    public ServerCondition Read() => new(origins.Breakers.SuspendedHosts, space.Problem);
}
