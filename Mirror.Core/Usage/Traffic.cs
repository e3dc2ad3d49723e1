using System.Text.Json.Serialization;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Usage;

/// <summary>The traffic of a mirror.</summary>
/// <param name="Hits">Downloads of packages that were already stored.</param>
/// <param name="Misses">Downloads of packages that were still being fetched from the origin.</param>
/// <param name="ServedBytes">Sent to clients, without redirected downloads.</param>
/// <param name="FetchedBytes">Received from origins.</param>
/// <param name="Redirected">Hits for which clients were redirected to the package store, so that their bytes are not known.</param>
[method: JsonConstructor]
public readonly record struct Traffic(
    long Hits,
    long Misses,
    [property: JsonPropertyOrder(2)] long ServedBytes,
    [property: JsonPropertyOrder(2)] long FetchedBytes,
    [property: JsonPropertyOrder(1)] long Redirected = 0)
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
        left.Hits + right.Hits, left.Misses + right.Misses, left.ServedBytes + right.ServedBytes, left.FetchedBytes + right.FetchedBytes,
        left.Redirected + right.Redirected);
}

/// <summary>The name under which the downloads of a client are counted.</summary>
/// <param name="Name">The name of the principal; for a job, the path of its workspace.</param>
public readonly record struct ClientName(PrincipalKind Kind, string Name)
{
    public static ClientName Of(Principal principal, ResolvedNamespace scope) =>
        new(principal.Kind, principal.Kind == PrincipalKind.Job ? scope.Path.Value : principal.Name);
}

/// <summary>The downloads of a client.</summary>
/// <param name="ServedBytes">Without redirected downloads, whose bytes are not known.</param>
public readonly record struct ClientTraffic(long Downloads, long ServedBytes, long Redirected)
{
    public static ClientTraffic operator +(ClientTraffic left, ClientTraffic right) =>
        new(left.Downloads + right.Downloads, left.ServedBytes + right.ServedBytes, left.Redirected + right.Redirected);
}

/// <summary>Equal steps of time up to now.</summary>
/// <param name="Count">The number of steps, including the current one.</param>
public readonly record struct StatisticsSpan(TimeStep Step, int Count)
{
    public static StatisticsSpan Days(int days) => new(TimeStep.Day, days);

    public static StatisticsSpan Hours(int hours) => new(TimeStep.Hour, hours);

    /// <summary>The start of each step, the oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Starts(DateTimeOffset now)
    {
        var (length, last) = (Step == TimeStep.Day ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1), now.Floor(Step));
        var starts = new DateTimeOffset[Count];
        for (int i = 0; i < Count; i++)
        {
            starts[i] = last - ((Count - 1 - i) * length);
        }

        return starts;
    }
}

internal static class TimeSteps
{
    /// <summary>The start of the day (UTC) of a time.</summary>
    public static DateTimeOffset Day(this DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The start of the hour of a time.</summary>
    public static DateTimeOffset Hour(this DateTimeOffset time) => time.Day() + TimeSpan.FromHours(time.UtcDateTime.Hour);

    public static DateTimeOffset Floor(this DateTimeOffset time, TimeStep step) => step == TimeStep.Day ? time.Day() : time.Hour();
}
