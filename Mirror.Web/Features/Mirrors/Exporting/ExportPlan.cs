using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Exporting;

/// <summary>A version with the platforms to export.</summary>
internal sealed record PlannedVersion(ProviderAddress Provider, ProviderVersion Version, IReadOnlyList<PlatformDocument> Platforms);

/// <param name="Through">When the latest package of the group was cached, by the server's clock: where the next incremental export begins.</param>
internal sealed record ExportPlan(IReadOnlyList<PlannedVersion> Versions, DateTimeOffset Through)
{
    private const int PageSize = 500;

    public int PackageCount => Versions.Sum(version => version.Platforms.Count);

    /// <param name="providers">Empty: all.</param>
    /// <param name="platforms">Empty: all.</param>
    /// <param name="since">Only what was cached after that; null: all.</param>
    public static async Task<ExportPlan> MakeAsync(
        MirrorClient client, NamespacePath group, IReadOnlyCollection<ProviderAddress> providers, IReadOnlyCollection<Platform> platforms, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var versions = new List<PlannedVersion>();
        var through = since ?? DateTimeOffset.UnixEpoch;
        foreach (var item in await ListAsync(client, group, cancellationToken))
        {
            var (provider, version) = (ProviderAddress.Parse(item.Provider), ProviderVersion.Parse(item.Version));
            if (providers.Count > 0 && !providers.Contains(provider))
            {
                continue;
            }

            var stored = (await client.ListPlatformsAsync(group, provider, version, cancellationToken)).Platforms;
            through = stored.Select(platform => platform.CachedAt).Append(through).Max();
            var wanted = stored.Where(platform => (since is null || platform.CachedAt > since) && (platforms.Count == 0 || platforms.Any(name => name.Value == platform.Platform))).ToList();
            if (wanted.Count > 0)
            {
                versions.Add(new PlannedVersion(provider, version, wanted));
            }
        }

        return new ExportPlan(versions, through);
    }

    private static async Task<List<VersionListItem>> ListAsync(MirrorClient client, NamespacePath group, CancellationToken cancellationToken)
    {
        var items = new List<VersionListItem>();
        while (true)
        {
            var page = await client.ListVersionsAsync(group, new VersionQuery(Skip: items.Count, Take: PageSize), cancellationToken);
            items.AddRange(page.Items);
            if (page.Items.Count == 0 || items.Count >= page.Total)
            {
                return items;
            }
        }
    }
}
