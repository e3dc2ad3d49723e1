using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Importing;

/// <summary>Where an imported package belongs.</summary>
public sealed record ImportTarget(long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform)
{
    /// <summary>Refuse it unless a proof that is known here names it.</summary>
    public bool RequireProof { get; init; }
}

/// <summary>A package that was imported, or need not be.</summary>
/// <param name="Outcome">Whether it is new, replaces another one, was there before, or gave way to a more trusted one.</param>
/// <param name="Hashes">Of what was uploaded: <c>zh:</c>, then <c>h1:</c>.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Warnings">For people; mostly none.</param>
public sealed record ImportedPackage(RecordOutcome Outcome, IReadOnlyList<PackageHash> Hashes, long Size, IReadOnlyList<string> Warnings);

/// <summary>What became of an uploaded package.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    public sealed record Imported(ImportedPackage Package) : ImportOutcome;

    /// <summary>No client could install it.</summary>
    /// <param name="Reason">A clause that says what was found, for people.</param>
    public sealed record Refused(string Reason) : ImportOutcome;

    /// <param name="Limit">Bytes, <c>Mirror:Packages:MaxPackageSize</c>.</param>
    public sealed record TooLarge(long Limit) : ImportOutcome;

    /// <summary>The disk would keep less than <c>Mirror:Packages:MinimumFreeSpace</c>, or is full.</summary>
    public sealed record NoSpace : ImportOutcome;
}
