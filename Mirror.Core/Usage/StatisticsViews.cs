using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Usage;

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

/// <summary>Which downloads, newest day first. What is null restricts nothing.</summary>
/// <param name="From">Not before the day that this is in.</param>
public sealed record ServedQuery(ProviderAddress? Provider = null, DateTimeOffset? From = null)
{
    /// <summary>Days that end after this are left out; today has not ended.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that must each stand in the address.</summary>
    public SearchText? Text { get; init; }

    /// <summary>Where the page before ended (<see cref="ServedPage.Next"/>); null: from the newest.</summary>
    public long? Before { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>What clients downloaded of a provider on one day. Who they were is not kept of what is served.</summary>
public sealed record ServedProvider(long Id, DateOnly Day, ProviderAddress Provider, Traffic Traffic);

/// <param name="Next">Where the next page begins: <see cref="ServedQuery.Before"/>; null where this is the last one.</param>
public sealed record ServedPage(IReadOnlyList<ServedProvider> Items, long? Next);

/// <summary>What clients downloaded on one day, of so many providers.</summary>
public sealed record ServedDay(DateOnly Day, int Providers, Traffic Traffic);
