using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Two stored versions of a provider side by side.</summary>
public sealed record VersionComparison(VersionDetails From, VersionDetails To)
{
    /// <summary>Whether both have a proof, but of different keys.</summary>
    public bool HasOtherKey =>
        (From.Proof?.KeyFingerprint, To.Proof?.KeyFingerprint) is ({ } from, { } to)
        && !string.Equals(from, to, StringComparison.OrdinalIgnoreCase);

    /// <summary>The platforms of either version, in order.</summary>
    public IReadOnlyList<ComparedPlatform> Platforms { get; } =
    [
        .. From.Platforms.Concat(To.Platforms).Select(package => package.Platform).Distinct().Order().Select(
            platform => new ComparedPlatform(platform, Of(From, platform), Of(To, platform))),
    ];

    /// <summary>
    /// The versions to compare: those that are named, if they are stored; otherwise the newest one and its predecessor, or those next to the
    /// named one.
    /// </summary>
    /// <param name="stored">The newest first.</param>
    /// <returns>Null if fewer than two versions are stored.</returns>
    public static (ProviderVersion From, ProviderVersion To)? Choose(IReadOnlyList<ProviderVersion> stored, string? from, string? to)
    {
        if (stored.Count < 2)
        {
            return null;
        }

        int? left = IndexOf(stored, from), right = IndexOf(stored, to);
        int newer = right ?? (left is { } older ? NextTo(older, -1) : 0);
        return (stored[left ?? NextTo(newer, 1)], stored[newer]);

        int NextTo(int index, int step) => index + step >= 0 && index + step < stored.Count ? index + step : index - step;
    }

    private static int? IndexOf(IReadOnlyList<ProviderVersion> stored, string? name)
    {
        for (int i = 0; i < stored.Count; i++)
        {
            if (stored[i].Value == name)
            {
                return i;
            }
        }

        return null;
    }

    private static PackageDetails? Of(VersionDetails version, Platform platform) =>
        version.Platforms.FirstOrDefault(package => package.Platform == platform);
}

/// <summary>The packages of one platform; null if a version has no package for it.</summary>
public sealed record ComparedPlatform(Platform Platform, PackageDetails? From, PackageDetails? To)
{
    public bool IsSame => From?.ZipHash == To?.ZipHash;
}
