using Mirror.Core.Addresses;

namespace Mirror.Core.Statistics;

/// <summary>How a root group was used over some days, and what it stores.</summary>
/// <param name="Days">Every day of the time asked for, the oldest first, today last.</param>
/// <param name="Providers">Those that store or moved something; the largest first.</param>
/// <param name="Bytes">Stored now; packages that another root group has too count here as well.</param>
/// <param name="Versions">How many are stored now.</param>
public sealed record GroupStatistics(IReadOnlyList<DayStatistics> Days, IReadOnlyList<ProviderStatistics> Providers, long Bytes, int Versions)
{
    /// <summary>Of all days together.</summary>
    public Traffic Traffic { get; } = Days.Aggregate(default(Traffic), (sum, day) => sum + day.Traffic);
}

/// <param name="StoredBytes">At the end of the day; null: it was before anything was measured.</param>
public sealed record DayStatistics(DateOnly Day, Traffic Traffic, long? StoredBytes);

/// <param name="Bytes">Of all its stored packages.</param>
public sealed record ProviderStatistics(ProviderAddress Provider, long Bytes, int Versions, Traffic Traffic);
