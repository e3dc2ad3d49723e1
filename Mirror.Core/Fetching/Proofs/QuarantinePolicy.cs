namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// When what failed verification is tried again, and until when it is kept from clients: pure decisions (DESIGN §5 item 7).
/// </summary>
public static class QuarantinePolicy
{
    /// <summary>The longest pause between two attempts in the background, unless the negative TTL is longer.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromHours(1);

    /// <summary>The shortest one, should the negative TTL be shorter.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>Nothing is tried in the background for a provider of which no list was asked for as long as this.</summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromDays(7);

    /// <summary>How long after a failed attempt the next one follows.</summary>
    /// <param name="previous">The pause before the attempt that failed; null: it was the first one. Zero: it was asked for, and counts as
    /// the first.</param>
    /// <param name="repeats">False: a package, which only clients ask for again.</param>
    public static TimeSpan NextInterval(TimeSpan? previous, bool repeats, TimeSpan negativeTtl)
    {
        if (!repeats)
        {
            return negativeTtl;
        }

        var first = Longer(negativeTtl, MinInterval);
        return previous is { Ticks: > 0 } last ? Shorter(Longer(last * 2, first), Longer(MaxInterval, first)) : first;
    }

    /// <summary>Whether the next attempt is due; also where the clock was set back behind the last one.</summary>
    public static bool IsDue(QuarantineEntry entry, DateTimeOffset now) => now >= entry.Until || now < entry.FailedAt;

    /// <summary>Whether even an exact request is answered with the failure, because the last attempt was a moment ago.</summary>
    public static bool IsRecent(QuarantineEntry entry, DateTimeOffset now, TimeSpan negativeTtl) =>
        !IsDue(entry, now) && now < entry.FailedAt + negativeTtl;

    /// <summary>Whether clients are not shown it: a version until an attempt succeeds, a package until the next one is due.</summary>
    public static bool Hides(QuarantineEntry entry, DateTimeOffset now) => entry.Platform is null || !IsDue(entry, now);

    /// <param name="idle">How long ago the origin gave the provider's list, which only requests cause.</param>
    public static bool IsWanted(TimeSpan idle) => idle < MaxIdle;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
