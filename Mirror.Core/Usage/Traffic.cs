using System.Text.Json.Serialization;

namespace Mirror.Core.Usage;

/// <summary>The traffic of a mirror.</summary>
/// <param name="Hits">Downloads of packages that were already stored.</param>
/// <param name="Misses">Downloads of packages that were still being fetched from the origin.</param>
/// <param name="ServedBytes">Sent to clients.</param>
/// <param name="FetchedBytes">Received from origins.</param>
[method: JsonConstructor]
public readonly record struct Traffic(
    long Hits, long Misses, [property: JsonPropertyOrder(2)] long ServedBytes, [property: JsonPropertyOrder(2)] long FetchedBytes)
{
    [JsonIgnore]
    public long Downloads => Hits + Misses;

    /// <summary>The share of downloads that were hits, from 0 to 1; null if there were no downloads.</summary>
    [JsonPropertyOrder(1)]
    public double? HitRate => Downloads == 0 ? null : (double)Hits / Downloads;

    /// <summary>Bytes that origins did not have to send. A day on which the mirror is filled saves nothing.</summary>
    [JsonPropertyOrder(3)]
    public long SavedBytes => Math.Max(0, ServedBytes - FetchedBytes);

    public static Traffic Sum(IEnumerable<Traffic> traffic) => traffic.Aggregate(default(Traffic), (sum, more) => sum + more);

    public static Traffic operator +(Traffic left, Traffic right) => new(
        left.Hits + right.Hits, left.Misses + right.Misses, left.ServedBytes + right.ServedBytes, left.FetchedBytes + right.FetchedBytes);
}

internal static class Days
{
    /// <summary>The start of the day (UTC) of a time.</summary>
    public static DateTimeOffset Day(this DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
