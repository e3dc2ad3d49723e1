using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching;
using Mirror.Core.Hosted;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Overview;

/// <summary>Server information and the usage statistics of root groups.</summary>
internal static class OverviewEndpoints
{
    public const int MaxDays = 366;

    public static void MapOverview(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("/server", GetServer).WithName("GetServer").WithTags("Server")
            .WithSummary("Get the server's version, configuration and status");
        read.MapGet("/groups/{group}/statistics", GetStatisticsAsync).WithName("GetStatistics").WithTags("Statistics")
            .WithSummary("Get the daily downloads, hit rate, traffic and storage of the root group of a group, and the health of its origins");
    }

    private static Ok<ServerInfo> GetServer(
        MirrorOptions options, OwnHostnames hostnames, ServerConditions conditions, HttpRequest request)
    {
        var url = request.ClientUrl(options);
        var condition = conditions.Read();
        return TypedResults.Ok(new ServerInfo(
            ProductVersion.Text,
            options.Auth.AnonymousRead,
            options.Protocols.NetworkMirror && url.Scheme == Uri.UriSchemeHttps ? new Uri(url, "v1/mirror/") : null,
            condition.SuspendedHosts,
            [.. hostnames.All.Select(hostname => hostname.Value)],
            condition.StorageProblem));
    }

    private static async Task<Ok<GroupStatistics>> GetStatisticsAsync(
        OverviewReader overview,
        ResolvedNamespace scope,
        CurrentUser user,
        [Description("The number of days including today (UTC), 1 to 366"), Range(1, MaxDays)] int days = 30,
        CancellationToken cancellationToken = default) =>
        TypedResults.Ok(await overview.ReadAsync(scope, days, user.SeesProtected, cancellationToken));
}
