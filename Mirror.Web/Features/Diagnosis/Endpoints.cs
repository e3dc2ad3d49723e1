using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Diagnosis;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>The diagnosis of an init.</summary>
internal static class DiagnosisEndpoints
{
    public static void MapDiagnosis(this IEndpointRouteBuilder api)
    {
        // Outside the lane, since it may wait for an origin.
        var read = api.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.Outside);
        read.MapGet("/groups/{group}/providers/{hostname}/{namespace}/{type}/diagnosis", DiagnoseAsync)
            .WithName("DiagnoseProvider").WithTags("Versions")
            .WithSummary("Diagnose why init succeeds or fails for a provider");
    }

    private static async Task<Ok<ProviderDiagnosis>> DiagnoseAsync(
        string hostname,
        string @namespace,
        string type,
        ProviderInspection inspection,
        ResolvedNamespace scope,
        CurrentUser user,
        [Description("The version; by default the newest that a client would select")] string? version = null,
        [Description("The platform, os_arch; by default any")] string? platform = null,
        [Description("Query the origin first, if allowed")] bool check = false,
        CancellationToken cancellationToken = default)
    {
        var provider = ApiTargets.ParseProvider(hostname, @namespace, type);
        var wanted = version is null ? null : ApiTargets.ParseVersion(version);
        var on = platform is null ? (Platform?)null : ApiTargets.ParsePlatform(platform);
        bool maySync = user.May(AccessAction.ChangeMirror);
        var asked = check && inspection.MayCheck(scope, provider, maySync) ? await inspection.CheckAsync(
            scope, provider, cancellationToken) : null;
        return TypedResults.Ok(await inspection.DiagnoseAsync(scope, provider, wanted, on, asked, cancellationToken));
    }
}
