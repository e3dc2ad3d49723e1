using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Core.Statistics;
using Mirror.Core.Upstream;
using Mirror.Web.Components.SignIn;

namespace Mirror.Web.Components.Overview;

/// <summary>What the overview shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Exists">False: there is no such group, or the visitor may not read it.</param>
/// <param name="Origins">Null: the visitor has no role in the group, and hosts are not told.</param>
public sealed record OverviewView(
    string Group,
    int Span,
    bool Exists,
    IReadOnlyList<DateOnly> Days,
    IReadOnlyList<Traffic> Traffic,
    IReadOnlyList<long> Stored,
    IReadOnlyList<ProviderShare> Providers,
    long Bytes,
    int Versions,
    IReadOnlyList<HostHealth>? Origins,
    SpaceView? Space)
{
    public Traffic Total => Traffic.Aggregate(default(Traffic), (sum, day) => sum + day);

    public static OverviewView Unknown(string group, int span) => new(group, span, false, [], [], [], [], 0, 0, null, null);
}

/// <summary>What of the stored bytes a provider is.</summary>
/// <param name="Name">For people; null stands for all the others together.</param>
public sealed record ProviderShare(string? Name, long Bytes, int Versions, Traffic Traffic);

/// <param name="Stored">Of the whole instance; null where there is no quota.</param>
public sealed record SpaceView(long? Quota, long? Stored, long? Free, long KeptFree, string? Problem);

public sealed class OverviewLoader(StatisticsReader statistics, OriginHttp origins, StorageSpace space, MirrorOptions options, Visitor visitor)
{
    /// <summary>How many providers are named.</summary>
    public const int Named = 8;

    public async Task<OverviewView> LoadAsync(string group, int span, CancellationToken cancellationToken)
    {
        if (!Urls.TryParseGroup(group, out var path)
            || await visitor.CheckAsync(AccessAction.Read, path, null, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return OverviewView.Unknown(group, span);
        }

        var found = await statistics.ReadAsync(scope.RootGroupId, span, anonymous: !access.SeesProtected, cancellationToken).ConfigureAwait(false);
        return new OverviewView(
            group,
            span,
            true,
            [.. found.Days.Select(day => day.Day)],
            [.. found.Days.Select(day => day.Traffic)],
            [.. found.Days.Select(day => day.StoredBytes ?? 0)],
            [.. Shares(found.Providers)],
            found.Bytes,
            found.Versions,
            access.SeesProtected ? origins.Hosts : null,
            access.SeesProtected ? await FindSpaceAsync(cancellationToken).ConfigureAwait(false) : null);
    }

    /// <summary>The largest by name, the rest as one.</summary>
    internal static IEnumerable<ProviderShare> Shares(IReadOnlyList<ProviderStatistics> providers)
    {
        var stored = providers.Where(provider => provider.Bytes > 0).ToList();
        var named = stored.Take(stored.Count == Named + 1 ? Named + 1 : Named).ToList();
        foreach (var provider in named)
        {
            yield return new ProviderShare(provider.Provider.Display, provider.Bytes, provider.Versions, provider.Traffic);
        }

        if (stored.Count > named.Count)
        {
            var rest = stored[named.Count..];
            yield return new ProviderShare(null, rest.Sum(provider => provider.Bytes), rest.Sum(provider => provider.Versions), rest.Aggregate(default(Traffic), (sum, provider) => sum + provider.Traffic));
        }
    }

    private async Task<SpaceView> FindSpaceAsync(CancellationToken cancellationToken) => new(
        options.Packages.Quota,
        options.Packages.Quota is null ? null : await space.MeasureAsync(cancellationToken).ConfigureAwait(false),
        space.FreeBytes,
        options.Packages.MinimumFreeSpace,
        space.Problem);
}
