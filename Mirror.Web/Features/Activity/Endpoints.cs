using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Activity;

/// <summary>The audit log.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivity(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("").WithTags("Audit").RequireAccess(AccessAction.ManageSettings).WithMetadata(BoundedWork.InLane);
        audit.MapGet("/groups/{group}/audit", ListBelowAsync).WithName("ListAudit")
            .WithSummary("List the events of a group or workspace and its descendants, newest first");
        audit.MapGet("/audit", ListInstanceAsync).WithName("ListInstanceAudit")
            .WithSummary("List the events of the whole instance, newest first");
    }

    private static Task<Ok<AuditPage>> ListBelowAsync(
        [AsParameters] AuditParameters parameters, AuditReader audit, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        ListAsync(parameters.ToQuery(scope), audit, cancellationToken);

    private static Task<Ok<AuditPage>> ListInstanceAsync(
        [AsParameters] AuditParameters parameters, AuditReader audit, CancellationToken cancellationToken) =>
        ListAsync(parameters.ToQuery(null), audit, cancellationToken);

    private static async Task<Ok<AuditPage>> ListAsync(AuditQuery query, AuditReader audit, CancellationToken cancellationToken) =>
        TypedResults.Ok(await audit.ListAsync(query, cancellationToken));
}

/// <summary>The filters of the query string.</summary>
internal sealed record AuditParameters
{
    [Description("The full name of the principal")]
    public string? Principal { get; init; }

    [Description("A prefix of the action, such as package or package.cache")]
    public string? Action { get; init; }

    [Description("true for completed actions; false for denied or failed ones")]
    public bool? Succeeded { get; init; }

    [Description("A provider source address"), MaxLength(ProviderAddress.MaxLength)]
    public string? Provider { get; init; }

    [Description("Events at or after this time")]
    public DateTimeOffset? From { get; init; }

    [Description("Events before this time")]
    public DateTimeOffset? To { get; init; }

    [Description("Up to 8 words that the event must contain"), MaxLength(SearchText.MaxLength)]
    public string? Search { get; init; }

    [Description("The field next of the previous page")]
    public long? Before { get; init; }

    [Description("The number of events, 1 to 500; 50 by default"), Range(1, AuditQuery.MaxTake)]
    public int? Take { get; init; }

    public AuditQuery ToQuery(ResolvedNamespace? below)
    {
        ProviderAddress? provider = null;
        if (Provider is not null && !ProviderAddress.TryParse(Provider, out provider))
        {
            throw ApiProblemException.Invalid(
                $"provider: '{Provider}' is not a provider source address; expected a value such as 'hashicorp/aws'.");
        }

        return new AuditQuery(below)
        {
            Principal = Principal,
            Action = Action,
            Succeeded = Succeeded,
            Provider = provider,
            From = From,
            To = To,
            Text = ApiTargets.ParseSearch(Search),
            Before = Before,
            Take = Take ?? 50,
        };
    }
}
