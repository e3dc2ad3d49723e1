using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Retention;

/// <summary>The bytes of a stored package, whoever shares them.</summary>
/// <param name="LastUsed">When they were last downloaded; where they never were, when they were stored.</param>
/// <param name="CanReturn">Whoever asks for them next has them fetched again.</param>
/// <param name="IsRead">Somebody reads them just now.</param>
public sealed record StoredBytes(Sha256Digest Digest, long Size, DateTimeOffset LastUsed, bool CanReturn, bool IsRead);

/// <summary>Which packages go when room is needed: one pure decision (DESIGN §5 item 12).</summary>
public static class RetentionPolicy
{
    /// <summary>
    /// The least recently used go first, and no more than are needed. What is read stays, and so does what would not come
    /// back. Where all that may go would not be enough, nothing goes: that would cost its users and help nobody.
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
