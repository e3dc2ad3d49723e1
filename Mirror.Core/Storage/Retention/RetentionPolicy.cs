using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Retention;

/// <summary>The bytes of a stored package, which several root groups may share.</summary>
/// <param name="LastUsed">The last download or, if there was none, when they were stored.</param>
/// <param name="CanReturn">The next request can fetch them again.</param>
/// <param name="IsRead">They are being read.</param>
public sealed record StoredBytes(Sha256Digest Digest, long Size, DateTimeOffset LastUsed, bool CanReturn, bool IsRead);

/// <summary>Decides which packages are evicted when space is needed (DESIGN §5 item 12).</summary>
public static class RetentionPolicy
{
    /// <summary>
    /// Least recently used first, and only as many as needed. Packages that are being read or cannot be fetched again are kept. If all that
    /// can be evicted is not enough, nothing is: it would not help.
    /// </summary>
    public static IReadOnlyList<StoredBytes> Choose(IEnumerable<StoredBytes> stored, long needed)
    {
        var chosen = new List<StoredBytes>();
        foreach (var bytes in stored.Where(bytes => bytes is { CanReturn: true, IsRead: false }).OrderBy(bytes => bytes.LastUsed))
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
}
