using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Importing;

/// <summary>The target of an imported package.</summary>
public sealed record ImportTarget(long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform)
{
    /// <summary>Refuse the package unless a known proof includes it.</summary>
    public bool RequireProof { get; init; }
}

/// <summary>A package that was imported, or was stored already.</summary>
/// <param name="Outcome">Whether the package is new, replaced another, was already stored, or was discarded for a more trusted one.</param>
/// <param name="Hashes">The hashes of the uploaded archive: <c>zh:</c>, then <c>h1:</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Warnings">For display; usually empty.</param>
public sealed record ImportedPackage(RecordOutcome Outcome, IReadOnlyList<PackageHash> Hashes, long Size, IReadOnlyList<string> Warnings);

/// <summary>The outcome of an upload.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    public sealed record Imported(ImportedPackage Package) : ImportOutcome;

    /// <summary>No client could install the package.</summary>
    /// <param name="Reason">A clause that describes the problem, for display.</param>
    public sealed record Refused(string Reason) : ImportOutcome;

    /// <param name="Limit">In bytes, <c>Mirror:Packages:MaxPackageSize</c>.</param>
    public sealed record TooLarge(long Limit) : ImportOutcome;

    /// <summary>The disk is full, or would have less free space than <c>Mirror:Packages:MinimumFreeSpace</c>.</summary>
    public sealed record NoSpace : ImportOutcome;
}
