namespace Mirror.Core.Identity;

/// <summary>
/// How long an account takes no password after wrong ones in a row: each further lock is twice as long as the one before.
/// </summary>
public static class LockOut
{
    /// <summary>Wrong passwords that lead to a lock.</summary>
    public const int Attempts = 5;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>
    /// When a lock ends at the latest that holds now: one that would last longer than it was made for is of before the clock was set back.
    /// </summary>
    /// <param name="failures">Wrong passwords in a row that led to it.</param>
    public static DateTimeOffset Latest(int failures, DateTimeOffset now) =>
        now + (After(failures) ?? TimeSpan.Zero) + StoredLifetime.Tolerance;

    /// <param name="failures">Wrong passwords in a row, the last one included.</param>
    /// <returns>Null: it is not locked.</returns>
    public static TimeSpan? After(int failures)
    {
        if (failures <= 0 || failures % Attempts != 0)
        {
            return null;
        }

        int doublings = Math.Min((failures / Attempts) - 1, 10);
        var length = First * Math.Pow(2, doublings);
        return length < Longest ? length : Longest;
    }
}
