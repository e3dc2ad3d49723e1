using System.Text.Json.Serialization;

namespace Mirror.Core.Usage;

/// <summary>What was asked of a mirror, and what that cost.</summary>
/// <param name="Hits">Downloads of packages that were stored when they were asked for.</param>
/// <param name="Misses">Downloads of packages that were on their way from the origin.</param>
/// <param name="ServedBytes">Sent to clients.</param>
/// <param name="FetchedBytes">Came from origins.</param>
[method: JsonConstructor]
public readonly record struct Traffic(
    long Hits, long Misses, [property: JsonPropertyOrder(2)] long ServedBytes, [property: JsonPropertyOrder(2)] long FetchedBytes)
{
    [JsonIgnore]
    public long Downloads => Hits + Misses;

    /// <summary>The part of all downloads that were hits, from 0 to 1; null where there were none.</summary>
    [JsonPropertyOrder(1)]
    public double? HitRate => Downloads == 0 ? null : (double)Hits / Downloads;

    /// <summary>What origins did not have to send. A day that fills the mirror saves nothing.</summary>
    [JsonPropertyOrder(3)]
    public long SavedBytes => Math.Max(0, ServedBytes - FetchedBytes);

    public static Traffic Sum(IEnumerable<Traffic> traffic) => traffic.Aggregate(default(Traffic), (sum, more) => sum + more);

    public static Traffic operator +(Traffic left, Traffic right) => new(
        left.Hits + right.Hits, left.Misses + right.Misses, left.ServedBytes + right.ServedBytes, left.FetchedBytes + right.FetchedBytes);
}

internal static class Days
{
    /// <summary>The beginning of the day, UTC, that a time is in.</summary>
    public static DateTimeOffset Day(this DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
