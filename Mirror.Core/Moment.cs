namespace Mirror.Core;

/// <summary>
/// A point in time on both the wall clock and the monotonic clock. The wall clock can be set back or forward, and the monotonic clock
/// stops while the host is suspended, so neither alone gives a reliable age: the greater of the two is used.
/// </summary>
/// <param name="At">The wall clock time, for display and storage.</param>
public readonly record struct Moment(DateTimeOffset At, long Timestamp)
{
    // Older than anything that is kept, and small enough not to overflow the timestamp.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(3650);

    /// <summary>Before any other moment, so that its age always counts as stale.</summary>
    public static Moment Never { get; } = new(DateTimeOffset.MinValue, long.MinValue);

    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>
    /// A moment read from storage. If it is in the future, the clock has been set back since: its age is unknown, and it counts as stale.
    /// </summary>
    public static Moment Stored(DateTimeOffset at, TimeProvider time)
    {
        var age = time.GetUtcNow() - at;
        return age < TimeSpan.Zero || age > Oldest
            ? Never with { At = at }
            : new Moment(at, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>The time elapsed since; never negative.</summary>
    public TimeSpan Age(TimeProvider time)
    {
        if (Timestamp == Never.Timestamp)
        {
            return TimeSpan.MaxValue;
        }

        var (elapsed, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - At);
        return elapsed > wall ? elapsed : wall;
    }

    /// <summary>Whether less than <paramref name="limit"/> has elapsed.</summary>
    public bool IsWithin(TimeSpan limit, TimeProvider time) => Age(time) < limit;
}
