using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Overview;

internal static class StatisticsEndpoints
{
    public const int MaxDays = 366;

    public static void MapStatistics(this IEndpointRouteBuilder read) =>
        read.MapGet("/groups/{group}/statistics", GetAsync).WithName("GetStatistics").WithTags("Statistics")
            .WithSummary("Downloads, hit rate, traffic and storage of a group's root group, day by day, and how its origins are");

    private static async Task<Ok<StatisticsDocument>> GetAsync(
        ApiTargets targets,
        StatisticsReader statistics,
        OriginHttp origins,
        StorageSpace space,
        Orphans orphans,
        MirrorOptions options,
        HttpContext context,
        string group,
        [Description("How many, today (UTC) included: 1 to 366"), Range(1, MaxDays)] int days = 30,
        CancellationToken cancellationToken = default)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        bool member = context.SeesProtected();
        var found = await statistics.ReadAsync(row.RootGroupId, days, anonymous: !member, cancellationToken);
        long? stored = member && options.Packages.Quota is not null ? await space.MeasureAsync(cancellationToken) : null;
        return TypedResults.Ok(new StatisticsDocument(
            row.Path.RootName,
            TrafficDocument.From(found.Traffic),
            [.. found.Days.Select(day => new DayDocument(day.Day, TrafficDocument.From(day.Traffic), day.StoredBytes))],
            [.. found.Providers.Select(provider => new ProviderStatisticsDocument(provider.Provider.ToString(), provider.Bytes, provider.Versions, TrafficDocument.From(provider.Traffic)))],
            found.Bytes,
            found.Versions,
            member ? [.. origins.Hosts.Select(OriginHealthDocument.From)] : null,
            member ? new SpaceDocument(options.Packages.Quota, stored, space.FreeBytes, space.Problem, OrphansDocument.From(await orphans.SummariseAsync(cancellationToken))) : null));
    }
}
