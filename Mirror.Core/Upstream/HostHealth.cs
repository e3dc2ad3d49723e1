using System.Text.Json.Serialization;

namespace Mirror.Core.Upstream;

/// <summary>The recent outcomes of requests to a host.</summary>
/// <param name="Host">With its port, unless that is the default.</param>
/// <param name="Healthy">The last request succeeded. The two times cannot show this if the clock was set in between.</param>
/// <param name="Suspended">The host failed several times in a row and is temporarily not queried.</param>
/// <param name="SuspendedUntil">When the next request to a suspended host is allowed; null if it is not suspended.</param>
/// <param name="LastFailure">For display; null if there was no failure since the start.</param>
public sealed record HostHealth(
    string Host,
    bool Healthy,
    [property: JsonPropertyName("leftAlone")] bool Suspended,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? LastFailureAt,
    string? LastFailure,
    DateTimeOffset? SuspendedUntil = null);
