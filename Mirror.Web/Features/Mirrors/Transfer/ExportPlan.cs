using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>A version with the platforms to export.</summary>
internal sealed record PlannedVersion(ProviderAddress Provider, ProviderVersion Version, IReadOnlyList<PackageDetails> Platforms);

/// <summary>The versions to export.</summary>
/// <param name="Through">When the group's latest package was cached, by the server's clock; the start of the next export.</param>
internal sealed record ExportPlan(IReadOnlyList<PlannedVersion> Versions, DateTimeOffset Through)
{
    public int PackageCount => Versions.Sum(version => version.Platforms.Count);

    /// <param name="providers">Empty exports all.</param>
    /// <param name="platforms">Empty exports all.</param>
    /// <param name="since">Exports only packages cached after this time; null exports all.</param>
    public static async Task<ExportPlan> MakeAsync(
        MirrorClient client,
        NamespacePath group,
        IReadOnlyCollection<ProviderAddress> providers,
        IReadOnlyCollection<Platform> platforms,
        DateTimeOffset? since,
        CancellationToken cancellationToken)
    {
        var versions = new List<PlannedVersion>();
        var through = since ?? DateTimeOffset.UnixEpoch;
        foreach (var item in (await MirrorCommands.ListAsync(client, group, new VersionQuery(), int.MaxValue, cancellationToken)).Items)
        {
            var (provider, version) = (item.Provider, item.Version);
            if (providers.Count > 0 && !providers.Contains(provider))
            {
                continue;
            }

            var stored = (await client.ListPlatformsAsync(group, provider, version, cancellationToken)).Platforms;
            through = stored.Select(platform => platform.CachedAt).Append(through).Max();
            var wanted = stored
                .Where(platform => since is null || platform.CachedAt > since)
                .Where(platform => platforms.Count == 0 || platforms.Contains(platform.Platform))
                .ToList();
            if (wanted.Count > 0)
            {
                versions.Add(new PlannedVersion(provider, version, wanted));
            }
        }

        return new ExportPlan(versions, through);
    }
}
