using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Diagnosis;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Diagnosis;

internal static class DiagnosisEndpoints
{
    public static void MapDiagnosis(this IEndpointRouteBuilder read) =>
        read.MapGet("/groups/{group}/providers/{hostname}/{namespace}/{type}/diagnosis", GetAsync).WithName("DiagnoseProvider").WithTags("Versions").WithMetadata(BoundedWork.Outside)
            .WithSummary("Why an init that asks for a provider succeeds or fails");

    private static async Task<Ok<DiagnosisDocument>> GetAsync(
        string group,
        string hostname,
        string @namespace,
        string type,
        ApiTargets targets,
        ProviderInspection inspection,
        HttpContext context,
        [Description("The version asked about; the newest that a client would choose where it is not given")] string? version = null,
        [Description("os_arch; any where it is not given")] string? platform = null,
        [Description("Ask the origin first, where it may be asked")] bool check = false,
        CancellationToken cancellationToken = default)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var provider = ApiTargets.ParseProvider(hostname, @namespace, type);
        var wanted = version is null ? null : ApiTargets.ParseVersion(version);
        var on = platform is null ? (Platform?)null : ApiTargets.ParsePlatform(platform);
        bool maySync = AccessPolicy.Decide(context.Subject(), AccessAction.ChangeMirror, scope) == AccessDecision.Allow;
        var asked = check && inspection.MayCheck(scope, provider, maySync) ? await inspection.CheckAsync(scope, provider, cancellationToken) : null;
        var facts = await inspection.InspectAsync(scope, provider, wanted, cancellationToken);
        return TypedResults.Ok(DiagnosisDocument.From(facts, wanted?.Value, on?.Value, InitDiagnosis.Decide(facts, wanted, on), asked));
    }
}
