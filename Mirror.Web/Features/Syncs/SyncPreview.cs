using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Syncs;

/// <summary>The packages that a sync would fetch.</summary>
/// <param name="Versions">The selected versions that have a package to fetch, the newest first, with the platforms.</param>
/// <param name="Stored">How many of the packages are stored already; null if that was not looked up.</param>
public sealed record SyncPreview(IReadOnlyList<(ProviderVersion Version, IReadOnlyList<Platform> Platforms)> Versions, int? Stored)
{
    public int Packages => Versions.Sum(version => version.Platforms.Count);
}
