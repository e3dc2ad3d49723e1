using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Sync;

/// <summary>Selects the offered versions and packages of a sync: pure decisions.</summary>
public static class SyncSelector
{
    /// <summary>The versions that match the constraint, newest first; without a constraint, the latest stable version.</summary>
    public static IReadOnlyList<ProviderVersion> SelectVersions(OfferedVersions offered, VersionConstraint? constraint)
    {
        var versions = offered.Versions.Select(item => item.Version).OrderDescending();
        return constraint is null
            ? [.. versions.Where(version => !version.IsPrerelease).Take(1)]
            : [.. versions.Where(constraint.Matches)];
    }

    /// <param name="platforms">Empty for all offered platforms.</param>
    /// <returns>The requested platforms that are offered, and those that are not.</returns>
    public static (
        IReadOnlyList<Platform> Offered,
        IReadOnlyList<Platform> Missing) SelectPlatforms(OfferedRelease release, IReadOnlyList<Platform> platforms)
    {
        var offered = release.Packages.Select(package => package.Platform).ToList();
        return platforms.Count == 0
            ? (offered, [])
            : ([.. platforms.Where(offered.Contains)], [.. platforms.Where(platform => !offered.Contains(platform))]);
    }
}
