namespace Mirror.Core.Jobs;

/// <summary>
/// How many jobs there may be. Whoever may read may make one, so what one caller makes must not fill the database; the
/// limits leave room for a busy build farm behind one address.
/// </summary>
public static class JobLimits
{
    public static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    /// <summary>How long the summary of a job that has ended can be read.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromHours(24);

    /// <summary>The time over which <see cref="PerWindow"/> counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Of one caller, within <see cref="Window"/>.</summary>
    public const int PerWindow = 1_000;

    /// <summary>Of one caller, not ended.</summary>
    public const int OpenPerCaller = 200;

    /// <summary>Of everybody, ended or not; beyond it the oldest that have ended go.</summary>
    public const int Kept = 10_000;

    /// <summary>Versions that one job remembers; those beyond are served all the same.</summary>
    public const int PackagesPerJob = 1_000;

    /// <param name="open">The caller's jobs that have not ended.</param>
    /// <param name="recent">Those made within <see cref="Window"/>.</param>
    public static bool Permit(int open, int recent) => open < OpenPerCaller && recent < PerWindow;
}
