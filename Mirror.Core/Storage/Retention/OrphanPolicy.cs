using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Retention;

/// <summary>Stored bytes that no record names.</summary>
/// <param name="Since">When that was first seen.</param>
public sealed record Orphan(Sha256Digest Digest, long Size, DateTimeOffset Since);

/// <summary>Stored packages that no record names. They are used when their package is asked for.</summary>
/// <param name="RemovedAt">When the first of them is removed otherwise; null where they are held back.</param>
/// <param name="HeldBack">They are more than a tenth of the store, and are removed only by an administrator's decision.</param>
public sealed record OrphanSummary(int Packages, long Bytes, DateTimeOffset? RemovedAt, bool HeldBack);

/// <summary>Which bytes that no record names are removed: one pure decision (DESIGN §5 item 13).</summary>
public static class OrphanPolicy
{
    // A stop between two steps leaves a package or two. More than this looks like records that were lost.
    private const int LargestShare = 10;

    /// <summary>Whether all orphans together are more of the store than may be removed without being asked.</summary>
    /// <param name="stored">Bytes of all that is stored, orphans included.</param>
    public static bool HoldsBack(long orphaned, long stored) => orphaned > stored / LargestShare;

    /// <summary>Those whose grace is over.</summary>
    public static IReadOnlyList<Orphan> Choose(IReadOnlyList<Orphan> orphans, long stored, TimeSpan grace, DateTimeOffset now) =>
        HoldsBack(orphans.Sum(orphan => orphan.Size), stored) ? [] : [.. orphans.Where(orphan => now - orphan.Since >= grace)];
}
