using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Policy;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Policy;

/// <summary>The policy of root groups. It can be read in nested groups, and changed in the root group.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicy(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/groups/{group}/policy").WithTags("Policy");
        policy.MapGet("", GetAsync).WithName("GetPolicy")
            .WithSummary("Get the policy of a root group").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);

        var change = policy.MapGroup("").RequireAccess(AccessAction.ManageSettings);
        change.MapPost("/rules", AddAsync).WithName("AddPolicyRule")
            .WithSummary("Add an allow or deny rule, or an exception for an unsigned provider");
        change.MapDelete("/rules/{id:long}", RemoveAsync).WithName("RemovePolicyRule").WithSummary("Remove a rule");
        change.MapPut("/minimum-release-age", SetAgeAsync).WithName("SetMinimumReleaseAge")
            .WithSummary("Set the minimum age of a version before it is available");
    }

    private static async Task<Ok<RootGroupPolicy>> GetAsync(
        Policies policies, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(await policies.FindAsync(scope.RootGroupId, cancellationToken));

    private static async Task<Created<PolicyRule>> AddAsync(
        NewPolicyRule rule, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        long rootGroupId = RootGroupId(scope);
        if (!ProviderPattern.TryParse(rule.Provider, out var provider))
        {
            throw ApiProblemException.Invalid(
                $"provider: '{rule.Provider}' is not valid; expected 'namespace/type' or 'hostname/namespace/type', each a name or '*'.");
        }

        VersionConstraint? versions = null;
        if (rule.Versions is not null && !VersionConstraint.TryParse(rule.Versions, out versions))
        {
            throw ApiProblemException.Invalid(
                $"versions: '{rule.Versions}' is not a version constraint; expected conditions such as '~> 5.0' or '>= 4.1, < 6.0'.");
        }

        var added = await policies.AddRuleAsync(
            rootGroupId, rule.Kind, provider, versions, rule.Comment, user.Principal, cancellationToken);
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/policy/rules/{added.Id}", added);
    }

    private static async Task<NoContent> RemoveAsync(
        long id, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await policies.RemoveRuleAsync(RootGroupId(scope), id, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"There is no policy rule {id}.");

    private static async Task<NoContent> SetAgeAsync(
        NewMinimumReleaseAge wanted, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        long rootGroupId = RootGroupId(scope);
        TimeSpan? age = null;
        if (wanted.MinimumReleaseAge is { } text)
        {
            age = Quantity.TryParseDuration(text, out var parsed)
                ? parsed
                : throw ApiProblemException.Invalid($"minimumReleaseAge: '{text}' is not a duration; expected one such as '72h' or '3d'.");
        }

        await policies.SetMinimumReleaseAgeAsync(rootGroupId, age, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }

    private static long RootGroupId(ResolvedNamespace scope) => scope.IsRoot
        ? scope.NamespaceId
        : throw ApiProblemException.Invalid($"'{scope.Path}' shares the policy of its root group; change it at '{scope.Path.RootName}'.");
}
