namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Decides when quarantined versions are retried and how long they are hidden from clients.
/// </summary>
public static class QuarantinePolicy
{
    /// <summary>The longest interval between two background attempts, unless the negative TTL is longer.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromHours(1);

    /// <summary>The shortest interval, in case the negative TTL is shorter.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>No background attempts are made for a provider whose list was not requested for this long.</summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromDays(7);

    /// <summary>The delay between a failed attempt and the next one.</summary>
    /// <param name="previous">
    /// The delay before the failed attempt; null for the first attempt. Zero for a requested attempt, which counts as the first.
    /// </param>
    /// <param name="repeats">False for a package, which is only retried by clients.</param>
    public static TimeSpan NextInterval(TimeSpan? previous, bool repeats, TimeSpan negativeTtl)
    {
        if (!repeats)
        {
            return negativeTtl;
        }

        var first = Longer(negativeTtl, MinInterval);
        return previous is { Ticks: > 0 } last ? Shorter(Longer(last * 2, first), Longer(MaxInterval, first)) : first;
    }

    /// <summary>Whether the next attempt is due, or the clock was set back to before the last one.</summary>
    public static bool IsDue(QuarantineEntry entry, DateTimeOffset now) => now >= entry.Until || now < entry.FailedAt;

    /// <summary>Whether even an exact request gets the failure, because the last attempt was recent.</summary>
    public static bool IsRecent(QuarantineEntry entry, DateTimeOffset now, TimeSpan negativeTtl) =>
        !IsDue(entry, now) && now < entry.FailedAt + negativeTtl;

    /// <summary>
    /// Whether the entry is hidden from clients: a version until an attempt succeeds, a package until the next attempt is due.
    /// </summary>
    public static bool Hides(QuarantineEntry entry, DateTimeOffset now) => entry.Platform is null || !IsDue(entry, now);

    /// <param name="idle">The age of the provider's list, which is only fetched on request.</param>
    public static bool IsWanted(TimeSpan idle) => idle < MaxIdle;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
