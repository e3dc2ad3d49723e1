using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Activity;

/// <summary>What was done and denied.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivity(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("").WithTags("Audit").RequireAccess(AccessAction.ManageSettings).WithMetadata(BoundedWork.InLane);
        audit.MapGet("/groups/{group}/audit", ListBelowAsync).WithName("ListAudit")
            .WithSummary("List the events of a group or workspace and of what is below it, newest first");
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

/// <summary>Which events, as a query string says it.</summary>
internal sealed record AuditParameters
{
    [Description("The name of who did it, whole")]
    public string? Principal { get; init; }

    [Description("What the action begins with, such as package or package.cache")]
    public string? Action { get; init; }

    [Description("true: what was done; false: what was refused or failed")]
    public bool? Succeeded { get; init; }

    [Description("A provider source address"), MaxLength(ProviderAddress.MaxLength)]
    public string? Provider { get; init; }

    [Description("Not before this time")]
    public DateTimeOffset? From { get; init; }

    [Description("Before this time")]
    public DateTimeOffset? To { get; init; }

    [Description("Up to 8 words that must each stand somewhere in the event"), MaxLength(SearchText.MaxLength)]
    public string? Search { get; init; }

    [Description("The field next of the page before")]
    public long? Before { get; init; }

    [Description("How many, 1 to 500; 50 where it is not given"), Range(1, AuditQuery.MaxTake)]
    public int? Take { get; init; }

    public AuditQuery ToQuery(ResolvedNamespace? below)
    {
        ProviderAddress? provider = null;
        if (Provider is not null && !ProviderAddress.TryParse(Provider, out provider))
        {
            throw ApiProblemException.Invalid(
                $"provider: '{Provider}' is not a provider source address; expected one such as 'hashicorp/aws'.");
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
