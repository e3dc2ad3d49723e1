using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
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
        change.MapPut("/rules/{id:long}", ChangeAsync).WithName("ChangePolicyRule").WithSummary("Change, enable or disable a rule");
        change.MapPut("/rules/{id:long}/position", MoveAsync).WithName("MovePolicyRule")
            .WithSummary("Move a rule in the list; the order does not change what the rules hide");
        change.MapDelete("/rules/{id:long}", RemoveAsync).WithName("RemovePolicyRule").WithSummary("Remove a rule");
        change.MapPut("/minimum-release-age", SetAgeAsync).WithName("SetMinimumReleaseAge")
            .WithSummary("Set the minimum age of a version before it is available");
        change.MapPost("/preview", PreviewAsync).WithName("PreviewPolicy").WithMetadata(BoundedWork.InLane)
            .WithSummary("Count the stored and listed versions that a change would hide or show; changes nothing");
    }

    private static async Task<Ok<RootGroupPolicy>> GetAsync(
        Policies policies, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(await policies.FindAsync(scope.RootGroupId, cancellationToken));

    private static async Task<Created<PolicyRule>> AddAsync(
        NewPolicyRule rule, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var added = await policies.AddRuleAsync(RootGroupId(scope), Parse(rule, 0), user.Principal, cancellationToken);
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/policy/rules/{added.Id}", added);
    }

    private static async Task<Ok<PolicyRule>> ChangeAsync(
        long id, NewPolicyRule rule, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await policies.ChangeRuleAsync(RootGroupId(scope), Parse(rule, id), user.Principal, cancellationToken) is { } changed
            ? TypedResults.Ok(changed)
            : throw NoRule(id);

    private static async Task<NoContent> MoveAsync(
        long id, PolicyRulePosition wanted, Policies policies, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken) =>
        await policies.MoveRuleAsync(RootGroupId(scope), id, wanted.Position, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw NoRule(id);

    private static async Task<NoContent> RemoveAsync(
        long id, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await policies.RemoveRuleAsync(RootGroupId(scope), id, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw NoRule(id);

    private static async Task<NoContent> SetAgeAsync(
        NewMinimumReleaseAge wanted, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        TimeSpan? age = wanted.MinimumReleaseAge is { } text ? ParseAge(text) : null;
        await policies.SetMinimumReleaseAgeAsync(RootGroupId(scope), age, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PolicyEffect>> PreviewAsync(
        PolicyChange change, Policies policies, PolicyPreviews previews, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(RootGroupId(scope), cancellationToken);
        if (change.RuleId is { } id && policy.Find(id) is null)
        {
            throw NoRule(id);
        }

        var rule = change.Rule is null ? null : Parse(change.Rule, change.RuleId ?? 0);
        TimeSpan? age = change.MinimumReleaseAge is null or NewMinimumReleaseAge.None ? null : ParseAge(change.MinimumReleaseAge);
        return TypedResults.Ok(await previews.PreviewAsync(
            scope,
            before =>
            {
                var after = rule is not null ? before.With(rule) : change.RuleId is { } removed ? before.Without(removed) : before;
                return change.MinimumReleaseAge is null ? after : after with { MinimumReleaseAge = age };
            },
            cancellationToken));
    }

    private static PolicyRule Parse(NewPolicyRule rule, long id)
    {
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

        return new PolicyRule(id, rule.Kind, provider, versions, rule.Comment) { Enabled = rule.Enabled };
    }

    private static TimeSpan ParseAge(string text) => Quantity.TryParseDuration(text, out var age)
        ? age
        : throw ApiProblemException.Invalid($"minimumReleaseAge: '{text}' is not a duration; expected one such as '72h' or '3d'.");

    private static ApiProblemException NoRule(long id) => ApiProblemException.NotFound($"There is no policy rule {id}.");

    private static long RootGroupId(ResolvedNamespace scope) => scope.IsRoot
        ? scope.NamespaceId
        : throw ApiProblemException.Invalid($"'{scope.Path}' shares the policy of its root group; change it at '{scope.Path.RootName}'.");
}
