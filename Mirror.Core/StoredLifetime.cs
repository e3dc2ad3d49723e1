namespace Mirror.Core;

/// <summary>Whether something that was made for a limited time, and stored, still holds.</summary>
public static class StoredLifetime
{
    /// <summary>How far the clocks of replicas may differ, and how far a clock may be set back without ending anything.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Something made in the future was made before the clock was set back. It does not hold: nothing lives longer than the
    /// lifetime that it was made for.
    /// </summary>
    public static bool Holds(DateTimeOffset madeAt, DateTimeOffset expiresAt, DateTimeOffset now) =>
        now < expiresAt && madeAt <= now + Tolerance;
}
