using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Activity;

/// <summary>One page of what was done and refused, newest first.</summary>
/// <param name="Next">The parameter <c>before</c> of the next page; null: this is the last one.</param>
public sealed record AuditListDocument(IReadOnlyList<AuditDocument> Items, long? Next);

/// <param name="Group">The group or workspace; null: it is about the instance, or the namespace is gone.</param>
/// <param name="Action"><c>subject.verb</c>, such as <c>package.cache</c>.</param>
/// <param name="Succeeded">False: it was refused or failed.</param>
/// <param name="Address">The IP address from which it was done; null where there was none.</param>
/// <param name="Target">What else it is about: a path, a member, a token's name.</param>
public sealed record AuditDocument(
    long Id,
    DateTimeOffset At,
    string? Group,
    string Action,
    bool Succeeded,
    PrincipalDocument By,
    string? Address,
    string? Provider,
    string? Version,
    string? Platform,
    string? Target,
    string? Detail)
{
    public static AuditDocument From(AuditEvent item) => new(
        item.Id,
        item.At,
        item.Namespace?.Value,
        item.Action,
        item.Succeeded,
        PrincipalDocument.From(item.By),
        item.By.RemoteAddress,
        item.Provider,
        item.Version,
        item.Platform,
        item.Target,
        item.Detail);
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

    public AuditQuery ToQuery(MirrorScope? below)
    {
        ProviderAddress? provider = null;
        if (Provider is not null && !ProviderAddress.TryParse(Provider, out provider))
        {
            throw ApiProblemException.Invalid($"provider: '{Provider}' is not a provider source address; expected one such as 'hashicorp/aws'.");
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

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder manage)
    {
        manage.MapGet("/groups/{group}/audit", ListBelowAsync).WithName("ListAudit").WithTags("Audit").WithSummary("What was done and refused in a group or workspace and below it, newest first");
        manage.MapGet("/audit", ListInstanceAsync).WithName("ListInstanceAudit").WithTags("Audit").WithSummary("What was done and refused in the whole instance, newest first");
    }

    private static async Task<Ok<AuditListDocument>> ListBelowAsync(
        string group, [AsParameters] AuditParameters parameters, ApiTargets targets, AuditReader audit, CancellationToken cancellationToken) =>
        await ListAsync(parameters.ToQuery(await targets.FindScopeAsync(group, cancellationToken)), audit, cancellationToken);

    private static Task<Ok<AuditListDocument>> ListInstanceAsync([AsParameters] AuditParameters parameters, AuditReader audit, CancellationToken cancellationToken) =>
        ListAsync(parameters.ToQuery(null), audit, cancellationToken);

    private static async Task<Ok<AuditListDocument>> ListAsync(AuditQuery query, AuditReader audit, CancellationToken cancellationToken)
    {
        var page = await audit.ListAsync(query, cancellationToken);
        return TypedResults.Ok(new AuditListDocument([.. page.Items.Select(AuditDocument.From)], page.Next));
    }
}
