using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Overview;

/// <summary>Adds up how a root group was used, or the whole instance, for who may see that.</summary>
public sealed class OverviewLoader(StatisticsReader statistics, NamespaceDirectory namespaces, OriginHttp origins, StorageSpace space, Orphans orphans, MirrorOptions options, CurrentUser user)
{
    /// <summary>How many shares are named.</summary>
    public const int Named = 8;

    public async Task<OverviewView> LoadAsync(string group, int span, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new OverviewView(group, span, null);
        }

        var found = await statistics.ReadAsync(scope.RootGroupId, span, anonymous: !access.SeesProtected, cancellationToken).ConfigureAwait(false);
        var providers = found.Providers.Select(provider => new StorageShare(
            provider.Provider.Display, new Mirrors.VersionListState(provider.Provider.Display).ToUrl(Urls.ProviderMirrors(group)), provider.Bytes, provider.Versions, provider.Traffic));
        return new OverviewView(group, span, await AddUpAsync([found], providers, access.SeesProtected, cancellationToken).ConfigureAwait(false));
    }

    /// <returns>Null: the user does not administer the instance.</returns>
    public async Task<OverviewFigures?> LoadInstanceAsync(int span, CancellationToken cancellationToken)
    {
        if (await user.FindAdminAsync().ConfigureAwait(false) is null)
        {
            return null;
        }

        var all = new List<GroupStatistics>();
        var groups = new List<StorageShare>();
        foreach (var scope in (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false)).Where(scope => scope.IsRoot))
        {
            var found = await statistics.ReadAsync(scope.RootGroupId, span, anonymous: false, cancellationToken).ConfigureAwait(false);
            all.Add(found);
            groups.Add(new StorageShare(scope.Path.Value, Urls.Overview(scope.Path.Value), found.Bytes, found.Versions, found.Traffic));
        }

        return await AddUpAsync(all, groups.OrderByDescending(group => group.Bytes), true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The largest by name, the rest as one.</summary>
    internal static IEnumerable<StorageShare> Largest(IEnumerable<StorageShare> shares)
    {
        var stored = shares.Where(share => share.Bytes > 0).ToList();
        var named = stored.Take(stored.Count == Named + 1 ? Named + 1 : Named).ToList();
        foreach (var share in named)
        {
            yield return share;
        }

        if (stored.Count > named.Count)
        {
            var rest = stored[named.Count..];
            yield return new StorageShare(null, null, rest.Sum(share => share.Bytes), rest.Sum(share => share.Versions), rest.Aggregate(default(Traffic), (sum, share) => sum + share.Traffic));
        }
    }

    /// <param name="groups">At least one, all of the same days.</param>
    private async Task<OverviewFigures> AddUpAsync(List<GroupStatistics> groups, IEnumerable<StorageShare> shares, bool isTrusted, CancellationToken cancellationToken)
    {
        var days = Enumerable.Range(0, groups[0].Days.Count).Select(at => groups.Select(group => group.Days[at]).ToList()).ToList();
        return new OverviewFigures(
            [.. days.Select(day => day[0].Day)],
            [.. days.Select(day => day.Aggregate(default(Traffic), (sum, group) => sum + group.Traffic))],
            [.. days.Select(day => day.Sum(group => group.StoredBytes ?? 0))],
            [.. Largest(shares)],
            groups.Sum(group => group.Bytes),
            groups.Sum(group => group.Versions),
            isTrusted ? origins.Hosts : null,
            isTrusted ? await FindSpaceAsync(cancellationToken).ConfigureAwait(false) : null);
    }

    private async Task<SpaceView> FindSpaceAsync(CancellationToken cancellationToken) => new(
        options.Packages.Quota,
        options.Packages.Quota is null ? null : await space.MeasureAsync(cancellationToken).ConfigureAwait(false),
        space.FreeBytes,
        options.Packages.MinimumFreeSpace,
        space.Problem,
        await orphans.SummariseAsync(cancellationToken).ConfigureAwait(false));
}
