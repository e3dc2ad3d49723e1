using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Importing;

/// <summary>Where an imported package belongs.</summary>
public sealed record ImportTarget(long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform)
{
    /// <summary>Refuse it unless a proof that is known here names it.</summary>
    public bool MustBeProven { get; init; }
}

/// <summary>What became of a package that somebody brought.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    /// <param name="Record">Whether it is new, replaces another one, was there before, or gave way to a more trusted one.</param>
    /// <param name="Digest">The SHA-256 of what was brought.</param>
    /// <param name="ContentHash">Its <c>h1:</c>.</param>
    /// <param name="Size">Its bytes.</param>
    /// <param name="HasDirectoryEntries">Its <c>h1:</c> differs from that of the directory it unpacks to, which is the one that clients lock.</param>
    public sealed record Imported(RecordOutcome Record, Sha256Digest Digest, PackageHash ContentHash, long Size, bool HasDirectoryEntries) : ImportOutcome;

    /// <summary>No client could install it.</summary>
    /// <param name="Reason">A clause that says what was found, for people.</param>
    public sealed record Refused(string Reason) : ImportOutcome;

    /// <param name="Limit">Bytes, <c>Mirror:Packages:MaxPackageSize</c>.</param>
    public sealed record TooLarge(long Limit) : ImportOutcome;

    /// <summary>The disk would keep less than <c>Mirror:Packages:MinimumFreeSpace</c>, or is full.</summary>
    public sealed record NoSpace : ImportOutcome;
}
