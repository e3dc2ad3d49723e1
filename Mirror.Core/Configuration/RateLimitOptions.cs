namespace Mirror.Core.Configuration;

/// <summary>Request limits per address and principal; 0 for no limit.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Sustained requests per second from one address.</summary>
    public int PerAddress { get; init; } = 1_000;

    /// <summary>Sustained requests per second with one token.</summary>
    public int PerPrincipal { get; init; } = 1_000;

    /// <summary>Requests accepted in a burst: every job of a pipeline may share one address.</summary>
    public int Burst { get; init; } = 50_000;

    /// <summary>Failed attempts per minute from one address: wrong passwords, admin tokens, codes and access tokens.</summary>
    public int FailuresPerMinute { get; init; } = 60;
}
