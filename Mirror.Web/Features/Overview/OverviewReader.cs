using Mirror.Core.Access;
using Mirror.Core.Addresses;
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
    StatisticsReader statistics, OriginLatencyLog latencies, NamespaceDirectory namespaces, OriginHttp origins, StorageSpace space,
    Orphans orphans, PackageRetention retention, MirrorOptions options, TimeProvider time)
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

    /// <summary>The figures of a page: what the user may see.</summary>
    /// <param name="group">The group of the page.</param>
    public async Task<OverviewFigures> ReadFiguresAsync(
        string group, NamespaceAccess access, OverviewSpan span, CancellationToken cancellationToken)
    {
        var scope = access.Scope!;
        var usage = await statistics.ReadUsageAsync(scope, span.Steps, anonymous: !access.SeesProtected, cancellationToken)
            .ConfigureAwait(false);
        var figures = OverviewFigures.Of(
            span,
            [usage],
            [.. usage.Providers.Select(provider => new UsageShare(
                provider.Provider.Display,
                Urls.ProviderMirrors(group, provider.Provider.Display),
                provider.StoredBytes,
                provider.StoredVersions,
                provider.Traffic))]);
        if (access.SeesProtected)
        {
            figures = await WithServerAsync(figures, span, cancellationToken).ConfigureAwait(false);
        }

        return access.May(AccessAction.ManageSettings)
            ? figures with
            {
                Clients = await statistics.ListClientsAsync(scope.RootGroupId, span.Steps, OverviewFigures.Named, cancellationToken)
                    .ConfigureAwait(false),
            }
            : figures;
    }

    /// <summary>The sum of all root groups, for administrators.</summary>
    public async Task<OverviewFigures> ReadInstanceAsync(OverviewSpan span, CancellationToken cancellationToken)
    {
        var all = new List<UsageStatistics>();
        foreach (var scope in (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false)).Where(scope => scope.IsRoot))
        {
            all.Add(await statistics.ReadUsageAsync(scope, span.Steps, anonymous: false, cancellationToken).ConfigureAwait(false));
        }

        var figures = OverviewFigures.Of(
            span,
            all,
            [.. all.Select(group => new UsageShare(
                group.Group.Value, Urls.Overview(group.Group.Value), group.StoredBytes, group.StoredVersions, group.Total))]);
        return await WithServerAsync(figures, span, cancellationToken).ConfigureAwait(false) with
        {
            Clients = await statistics.ListClientsAsync(null, span.Steps, OverviewFigures.Named, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<OverviewFigures> WithServerAsync(OverviewFigures figures, OverviewSpan span, CancellationToken cancellationToken) =>
        figures with
        {
            Origins = FindOrigins(),
            Latencies = await latencies.ReadAsync(span.Steps, cancellationToken).ConfigureAwait(false),
            Space = await FindSpaceAsync(cancellationToken).ConfigureAwait(false),
        };

    /// <summary>The configured hosts, and all that have been queried.</summary>
    private IReadOnlyList<OriginState> FindOrigins()
    {
        var now = time.GetUtcNow();
        var health = origins.Breakers.Hosts.ToDictionary(host => host.Host);
        var disabled = options.Upstream.AllowedHosts.Concat(options.Upstream.Hosts.Select(host => host.Name))
            .Distinct()
            .ToLookup(AuthorityOf, host => options.Upstream.ModeFor(host) == UpstreamMode.Offline);
        return [.. health.Keys.Union(disabled.Select(host => host.Key))
            .Order(StringComparer.Ordinal)
            .Select(host => OriginState.Of(host, health.GetValueOrDefault(host), disabled[host].Any() && disabled[host].All(off => off), now))];
    }

    /// <summary>The host that is queried for the providers of a registry.</summary>
    private string AuthorityOf(ProviderHostname name) =>
        options.Upstream.Hosts.FirstOrDefault(host => host.Name == name) is { } host && (host.ProvidersUrl ?? host.MirrorUrl) is { } url
            ? url.Authority
            : name.Value;

    private async Task<StorageState> FindSpaceAsync(CancellationToken cancellationToken) => new(
        options.Packages.Quota,
        options.Packages.Quota is null ? null : await space.MeasureAsync(cancellationToken).ConfigureAwait(false),
        space.FreeBytes,
        space.Problem,
        await orphans.SummariseAsync(cancellationToken).ConfigureAwait(false),
        await retention.ForecastAsync(cancellationToken).ConfigureAwait(false));
}
