using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Sync;

/// <summary>Which of the offered versions and packages a sync wants: pure decisions.</summary>
public static class SyncSelector
{
    /// <summary>The versions a constraint selects, newest first; without one, the latest stable version.</summary>
    public static IReadOnlyList<ProviderVersion> SelectVersions(OfferedVersions offered, VersionConstraint? constraint)
    {
        var versions = offered.Versions.Select(item => item.Version).OrderDescending();
        return constraint is null
            ? [.. versions.Where(version => !version.IsPrerelease).Take(1)]
            : [.. versions.Where(constraint.Matches)];
    }

    /// <param name="platforms">Empty: all that are offered.</param>
    /// <returns>Those wanted that are offered, and those that are not.</returns>
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
