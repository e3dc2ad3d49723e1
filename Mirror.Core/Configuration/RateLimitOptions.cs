namespace Mirror.Core.Configuration;

/// <summary>
/// Request limits. Above a limit, a client gets 429 and <c>Retry-After: 1</c>. <c>0</c> disables a limit. Requests from this machine are
/// not limited. See <see href="security.md#limits-for-requests">Limits for requests</see>.
/// </summary>
public sealed record RateLimitOptions
{
    /// <summary>Sustained requests per second from one address, or from one /64 for IPv6.</summary>
    public int PerAddress { get; init; } = 1_000;

    /// <summary>Sustained requests per second with one token.</summary>
    public int PerPrincipal { get; init; } = 1_000;

    /// <summary>Requests that a client may send in a burst before these limits apply. The jobs of a pipeline may share one address.</summary>
    public int Burst { get; init; } = 50_000;

    /// <summary>Wrong passwords, administrator tokens, login codes and access tokens per minute from one address.</summary>
    public int FailuresPerMinute { get; init; } = 60;
}
