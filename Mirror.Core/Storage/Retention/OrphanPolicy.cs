using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Retention;

/// <summary>Stored bytes that no record refers to.</summary>
/// <param name="Since">When they were first found to be orphaned.</param>
public sealed record Orphan(Sha256Digest Digest, long Size, DateTimeOffset Since);

/// <summary>Stored packages that no record refers to. They are used if their package is requested.</summary>
/// <param name="RemovedAt">When the first of them is removed otherwise; null if they are held back.</param>
/// <param name="HeldBack">They are more than a tenth of the store, so only an administrator can remove them.</param>
public sealed record OrphanSummary(int Packages, long Bytes, DateTimeOffset? RemovedAt, bool HeldBack);

/// <summary>Decides which orphaned bytes are removed.</summary>
public static class OrphanPolicy
{
    // An interrupted operation leaves one or two packages. More than this suggests that records were lost.
    private const int LargestShare = 10;

    /// <summary>Whether the orphans are too large a share of the store to be removed automatically.</summary>
    /// <param name="stored">The size of all stored packages in bytes, including orphans.</param>
    public static bool HoldsBack(long orphaned, long stored) => orphaned > stored / LargestShare;

    /// <summary>The orphans whose grace period is over.</summary>
    public static IReadOnlyList<Orphan> Choose(IReadOnlyList<Orphan> orphans, long stored, TimeSpan grace, DateTimeOffset now) =>
        HoldsBack(orphans.Sum(orphan => orphan.Size), stored) ? [] : [.. orphans.Where(orphan => now - orphan.Since >= grace)];
}
