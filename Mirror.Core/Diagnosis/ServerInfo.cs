using System.Text.Json.Serialization;

namespace Mirror.Core.Diagnosis;

/// <summary>Public information about an instance.</summary>
/// <param name="NetworkMirrorUrl">
/// The network mirror of the group <c>default</c>; null if its protocol is disabled or clients cannot reach it over https.
/// </param>
/// <param name="SuspendedHosts">Origin hosts that are temporarily not queried after repeated failures.</param>
/// <param name="Hostnames">Those of published providers and modules, the current one first; empty if nothing can be published.</param>
/// <param name="StorageProblem">Why the last package could not be stored; null if it could.</param>
public sealed record ServerInfo(
    string Version,
    bool AnonymousRead,
    Uri? NetworkMirrorUrl,
    [property: JsonPropertyName("originsLeftAlone")] IReadOnlyList<string> SuspendedHosts,
    IReadOnlyList<string> Hostnames,
    string? StorageProblem);
