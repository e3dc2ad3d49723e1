namespace Mirror.Core.Jobs;

/// <summary>
/// Limits the number of jobs. Any reader may create jobs, so a single caller must not be able to fill the database; the limits leave
/// enough for a busy build farm behind one address.
/// </summary>
public static class JobLimits
{
    public static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    /// <summary>How long the summary of an ended job stays available.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromHours(24);

    /// <summary>The period that <see cref="PerWindow"/> refers to.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Jobs per caller within <see cref="Window"/>.</summary>
    public const int PerWindow = 1_000;

    /// <summary>Open jobs per caller.</summary>
    public const int OpenPerCaller = 200;

    /// <summary>All jobs, open and ended; beyond this number, the oldest ended jobs are removed.</summary>
    public const int Kept = 10_000;

    /// <summary>Versions recorded per job; further ones are served but not recorded.</summary>
    public const int PackagesPerJob = 1_000;

    /// <param name="open">The caller's open jobs.</param>
    /// <param name="recent">The caller's jobs created within <see cref="Window"/>.</param>
    public static bool Permit(int open, int recent) => open < OpenPerCaller && recent < PerWindow;
}
