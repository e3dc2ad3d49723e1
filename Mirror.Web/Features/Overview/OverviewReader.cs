using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Overview;

/// <summary>Reads the statistics of a root group or the whole instance, and the health of origins and disk.</summary>
public sealed class OverviewReader(
    StatisticsReader statistics, NamespaceDirectory namespaces, OriginHttp origins, StorageSpace space, Orphans orphans, PackageRetention retention,
    MirrorOptions options)
{
    /// <param name="scope">A root group, or a group or workspace in one.</param>
    /// <param name="days">The number of days, including today.</param>
    /// <param name="seesProtected">Includes origins, disk, and content that was fetched with a credential.</param>
    public async Task<GroupStatistics> ReadAsync(ResolvedNamespace scope, int days, bool seesProtected, CancellationToken cancellationToken)
    {
        var found = await statistics.ReadAsync(scope, days, anonymous: !seesProtected, cancellationToken).ConfigureAwait(false);
        return seesProtected
            ? found with { Origins = origins.Breakers.Hosts, Space = await FindSpaceAsync(cancellationToken).ConfigureAwait(false) }
            : found;
    }

    /// <summary>The sum of all root groups, for administrators.</summary>
    public async Task<OverviewFigures> ReadInstanceAsync(int days, CancellationToken cancellationToken)
    {
        var all = new List<GroupStatistics>();
        foreach (var scope in (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false)).Where(scope => scope.IsRoot))
        {
            all.Add(await statistics.ReadAsync(scope, days, anonymous: false, cancellationToken).ConfigureAwait(false));
        }

        var shares = all.Select(group => new StorageShare(
            group.Group.Value, Urls.Overview(group.Group.Value), group.StoredBytes, group.StoredVersions, group.Total));
        return OverviewFigures.Of(all, shares.OrderByDescending(group => group.Bytes)) with
        {
            Origins = origins.Breakers.Hosts,
            Space = await FindSpaceAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<StorageState> FindSpaceAsync(CancellationToken cancellationToken) => new(
        options.Packages.Quota,
        options.Packages.Quota is null ? null : await space.MeasureAsync(cancellationToken).ConfigureAwait(false),
        space.FreeBytes,
        space.Problem,
        await orphans.SummariseAsync(cancellationToken).ConfigureAwait(false),
        await retention.ForecastAsync(cancellationToken).ConfigureAwait(false));
}
