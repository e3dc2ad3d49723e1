namespace Mirror.Core.Identity;

/// <summary>
/// Determines how long an account is locked after consecutive wrong passwords: each lock is twice as long as the previous one.
/// </summary>
public static class LockOut
{
    /// <summary>The number of wrong passwords that locks an account.</summary>
    public const int Attempts = 5;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>
    /// The latest possible end of a current lock: a lock that ends later was set before the clock was set back.
    /// </summary>
    /// <param name="failures">The number of consecutive wrong passwords.</param>
    public static DateTimeOffset Latest(int failures, DateTimeOffset now) =>
        now + (After(failures) ?? TimeSpan.Zero) + StoredLifetime.Tolerance;

    /// <param name="failures">The number of consecutive wrong passwords, including the last one.</param>
    /// <returns>Null if the account is not locked.</returns>
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
