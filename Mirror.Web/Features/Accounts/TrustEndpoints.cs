using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Features.Groups;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Features.Accounts;

/// <summary>The foreign issuers that a service account trusts.</summary>
public sealed record TrustListDocument(IReadOnlyList<TrustDocument> Items);

/// <param name="Issuer">As the claim <c>iss</c> has it.</param>
/// <param name="Audience">That the claim <c>aud</c> is or contains.</param>
/// <param name="Claims">What further claims must be, <c>*</c> standing for anything.</param>
public sealed record TrustDocument(long Id, string Issuer, string Audience, IReadOnlyDictionary<string, string> Claims, DateTimeOffset CreatedAt, string CreatedBy)
{
    public static TrustDocument From(WorkloadTrust trust) => new(trust.Id, trust.Issuer, trust.Audience, trust.Conditions.Patterns, trust.CreatedAt, trust.CreatedBy);
}

public sealed record NewTrustDocument(
    [MaxLength(WorkloadTrusts.MaxLength)] string Issuer,
    [MaxLength(WorkloadTrusts.MaxLength)] string Audience,
    [MaxLength(ClaimConditions.MaxConditions), ItemLength(ClaimConditions.MaxLength)] IReadOnlyDictionary<string, string?> Claims);

internal static class TrustEndpoints
{
    private const string All = "/groups/{group}/service-accounts/{name}/trusts";

    public static void MapTrusts(this IEndpointRouteBuilder manage)
    {
        manage.MapGet(All, ListAsync).WithName("ListTrusts").WithTags("Service accounts").WithSummary("The foreign issuers whose tokens a service account accepts as its own");
        manage.MapPost(All, AddAsync).WithName("AddTrust").WithTags("Service accounts").WithSummary("Has a service account accept tokens of a foreign issuer as its own");
        manage.MapDelete(All + "/{id:long}", RemoveAsync).WithName("RemoveTrust").WithTags("Service accounts").WithSummary("No longer accepts them");
    }

    private static async Task<Ok<TrustListDocument>> ListAsync(string group, string name, ApiTargets targets, WorkloadTrusts trusts, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var list = await trusts.ListAsync(scope, name, cancellationToken) ?? throw Unknown(scope.Path.Value, name);
        return TypedResults.Ok(new TrustListDocument([.. list.Select(TrustDocument.From)]));
    }

    private static async Task<Created<TrustDocument>> AddAsync(
        string group, string name, NewTrustDocument trust, ApiTargets targets, WorkloadTrusts trusts, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        if (WorkloadTrusts.CheckIssuer(trust.Issuer) is { } fault)
        {
            throw ApiProblemException.Invalid($"issuer: {fault}");
        }

        if (WorkloadTrusts.CheckAudience(trust.Audience) is { } wrong)
        {
            throw ApiProblemException.Invalid($"audience: {wrong}");
        }

        ClaimConditions conditions;
        try
        {
            conditions = ClaimConditions.Parse(trust.Claims);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid($"claims: {e.Message}");
        }

        var added = await trusts.AddAsync(scope, name, trust.Issuer, trust.Audience, conditions, context.Subject(), cancellationToken);
        return added switch
        {
            { Trust: { } made } => TypedResults.Created($"/api/v1/groups/{group}/service-accounts/{name}/trusts/{made.Id}", TrustDocument.From(made)),
            { Outcome: TrustOutcome.MoreThanGiverHas } => throw MemberEndpoints.MoreThanGiverHas(context),
            _ => throw Unknown(scope.Path.Value, name),
        };
    }

    private static async Task<NoContent> RemoveAsync(string group, string name, long id, ApiTargets targets, WorkloadTrusts trusts, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        return await trusts.RemoveAsync(scope, name, id, context.Caller(), cancellationToken) switch
        {
            TrustRemoval.Removed => TypedResults.NoContent(),
            TrustRemoval.NoSuchTrust => throw ApiProblemException.NotFound($"The service account '{name}' has no trust {id}."),
            _ => throw Unknown(scope.Path.Value, name),
        };
    }

    private static ApiProblemException Unknown(string group, string name) => ApiProblemException.NotFound($"'{group}' has no service account '{name}'.");
}
