namespace Mirror.Core;

/// <summary>Decides whether a stored item with a limited lifetime is still valid.</summary>
public static class StoredLifetime
{
    /// <summary>
    /// The clock difference that is tolerated between replicas, and how far a clock may be set back without expiring items.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An item created in the future was created before the clock was set back. It is not valid: no item outlives the lifetime it was
    /// created with.
    /// </summary>
    public static bool Holds(DateTimeOffset madeAt, DateTimeOffset expiresAt, DateTimeOffset now) =>
        now < expiresAt && madeAt <= now + Tolerance;
}
