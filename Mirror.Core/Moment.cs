namespace Mirror.Core;

/// <summary>
/// A moment on the wall clock and on the monotonic clock. The wall clock may be set back or forward, and the monotonic clock
/// stands still while the host is suspended, so that neither alone tells an age: the greater of the two counts.
/// </summary>
/// <param name="At">The time of day, to be shown and stored.</param>
public readonly record struct Moment(DateTimeOffset At, long Timestamp)
{
    // Older than anything is kept, and far from an overflow of the timestamp.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(3650);

    /// <summary>So long ago that whatever is of then is stale.</summary>
    public static Moment Never { get; } = new(DateTimeOffset.MinValue, long.MinValue);

    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>
    /// A moment that was stored. One in the future was stored before the clock was set back: how old it is cannot be told, and it counts as
    /// stale.
    /// </summary>
    public static Moment Stored(DateTimeOffset at, TimeProvider time)
    {
        var age = time.GetUtcNow() - at;
        return age < TimeSpan.Zero || age > Oldest
            ? Never with { At = at }
            : new Moment(at, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>How long ago it was; never less than zero.</summary>
    public TimeSpan Age(TimeProvider time)
    {
        if (Timestamp == Never.Timestamp)
        {
            return TimeSpan.MaxValue;
        }

        var (elapsed, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - At);
        return elapsed > wall ? elapsed : wall;
    }

    /// <summary>Whether less than <paramref name="limit"/> has passed.</summary>
    public bool IsWithin(TimeSpan limit, TimeProvider time) => Age(time) < limit;
}
