using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Retention;

/// <summary>The bytes of a stored package, which several root groups may share.</summary>
/// <param name="LastUsed">The last download or, if there was none, when they were stored.</param>
/// <param name="CanReturn">The next request can fetch them again.</param>
/// <param name="IsRead">They are being read.</param>
public sealed record StoredBytes(Sha256Digest Digest, long Size, DateTimeOffset LastUsed, bool CanReturn, bool IsRead);

/// <summary>Packages that will be removed because they have not been used (<c>Mirror:Packages:KeepUnused</c>).</summary>
/// <param name="Days">How far the forecast reaches, in days from now.</param>
/// <param name="Packages">The number of packages, if none of them is used before.</param>
/// <param name="Bytes">The size of these packages.</param>
/// <param name="FirstAt">When the first package will be removed; null if none will be.</param>
public sealed record UnusedForecast(int Days, int Packages, long Bytes, DateTimeOffset? FirstAt);

/// <summary>
/// Decides which packages are evicted: when space is needed, and when they have not been used for a configured time.
/// Packages that are being read or cannot be fetched again are kept. The least recently used packages come first.
/// </summary>
public static class RetentionPolicy
{
    /// <summary>
    /// Only as many packages as needed. If all that can be evicted is not enough, nothing is: it would not help.
    /// </summary>
    public static IReadOnlyList<StoredBytes> Choose(IEnumerable<StoredBytes> stored, long needed)
    {
        var chosen = new List<StoredBytes>();
        foreach (var bytes in Evictable(stored))
        {
            if (needed <= 0)
            {
                break;
            }

            chosen.Add(bytes);
            needed -= bytes.Size;
        }

        return needed <= 0 ? chosen : [];
    }

    /// <param name="since">Packages that were last used before this time are evicted.</param>
    public static IReadOnlyList<StoredBytes> ChooseUnused(IEnumerable<StoredBytes> stored, DateTimeOffset since) =>
        [.. Evictable(stored).TakeWhile(bytes => bytes.LastUsed < since)];

    /// <summary>Predicts which packages <see cref="ChooseUnused"/> evicts within some days if no package is used.</summary>
    /// <param name="keep">How long unused packages are kept.</param>
    public static UnusedForecast Forecast(IEnumerable<StoredBytes> stored, TimeSpan keep, DateTimeOffset now, int days)
    {
        var due = ChooseUnused(stored, now.AddDays(days) - keep);
        return new UnusedForecast(days, due.Count, due.Sum(bytes => bytes.Size), due.Count == 0 ? null : due[0].LastUsed + keep);
    }

    private static IEnumerable<StoredBytes> Evictable(IEnumerable<StoredBytes> stored) =>
        stored.Where(bytes => bytes is { CanReturn: true, IsRead: false }).OrderBy(bytes => bytes.LastUsed);
}
