namespace Mirror.Core.Configuration;

/// <summary>How much one address or principal may ask; 0: as much as it likes.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Requests a second, for long.</summary>
    public int PerAddress { get; init; } = 1_000;

    /// <summary>Requests a second, for long, with one token.</summary>
    public int PerPrincipal { get; init; } = 1_000;

    /// <summary>Requests that may come at once: every job of a pipeline behind one address.</summary>
    public int Burst { get; init; } = 50_000;

    /// <summary>Wrong passwords, admin tokens, codes and access tokens a minute from one address.</summary>
    public int FailuresPerMinute { get; init; } = 60;
}
