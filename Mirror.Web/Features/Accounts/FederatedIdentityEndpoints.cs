using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The external issuers whose tokens service accounts accept.</summary>
internal static class FederatedIdentityEndpoints
{
    public static void MapFederatedIdentities(this IEndpointRouteBuilder api)
    {
        var identities = api.MapGroup("/groups/{group}/service-accounts/{name}/trusts")
            .WithTags("Service accounts").RequireAccess(AccessAction.ManageMembers);
        identities.MapGet("", ListAsync).WithName("ListTrusts")
            .WithSummary("List the external issuers that a service account trusts");
        identities.MapPost("", AddAsync).WithName("AddTrust").WithSummary("Trust an external issuer for a service account");
        identities.MapDelete("/{id:long}", RemoveAsync).WithName("RemoveTrust").WithSummary("Stop trusting an external issuer");
    }

    private static async Task<Ok<FederatedIdentityList>> ListAsync(
        string name, FederatedIdentities trusts, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            new FederatedIdentityList(
                await trusts.ListAsync(scope, name, cancellationToken) ?? throw ServiceAccountEndpoints.Unknown(scope, name)));

    private static async Task<Created<FederatedIdentity>> AddAsync(
        string name, NewFederatedIdentity trust, FederatedIdentities trusts, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken)
    {
        if (FederatedIdentities.CheckIssuer(trust.Issuer) is { } fault)
        {
            throw ApiProblemException.Invalid($"issuer: {fault}");
        }

        if (FederatedIdentities.CheckAudience(trust.Audience) is { } wrong)
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

        return await trusts.AddAsync(scope, name, trust.Issuer, trust.Audience, conditions, user.Subject, cancellationToken) switch
        {
            { Trust: { } made } => TypedResults.Created(
                $"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/service-accounts/{name}/trusts/{made.Id}", made),
            { Outcome: TrustOutcome.ExceedsOwnRole } => throw ApiProblemException.ExceedsOwnRole(user),
            _ => throw ServiceAccountEndpoints.Unknown(scope, name),
        };
    }

    private static async Task<NoContent> RemoveAsync(
        string name, long id, FederatedIdentities trusts, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await trusts.RemoveAsync(scope, name, id, user.Principal, cancellationToken) switch
        {
            TrustRemoval.Removed => TypedResults.NoContent(),
            TrustRemoval.NoSuchTrust => throw ApiProblemException.NotFound($"The service account '{name}' has no trust {id}."),
            _ => throw ServiceAccountEndpoints.Unknown(scope, name),
        };
}
