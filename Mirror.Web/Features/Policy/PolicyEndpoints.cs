using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Policy;

/// <summary>What a root group lets through.</summary>
/// <param name="MinimumReleaseAge">How old a version must be, as <c>72h</c> was understood; null: any age.</param>
public sealed record PolicyDocument(IReadOnlyList<PolicyRuleDocument> Rules, TimeSpan? MinimumReleaseAge);

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null: every version.</param>
public sealed record PolicyRuleDocument(long Id, PolicyRuleKind Kind, string Provider, string? Versions, string? Comment);

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>[hostname/]namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null: every version.</param>
public sealed record NewPolicyRuleDocument(
    PolicyRuleKind Kind,
    [MaxLength(ProviderAddress.MaxLength)] string Provider,
    [MaxLength(VersionConstraint.MaxLength)] string? Versions = null,
    [MaxLength(PolicyRule.MaxComment)] string? Comment = null);

/// <param name="MinimumReleaseAge">A duration such as <c>72h</c>, <c>3d</c> or, as the policy tells it, <c>3.00:00:00</c>; null: any age.</param>
public sealed record MinimumReleaseAgeDocument([MaxLength(Quantity.MaxLength)] string? MinimumReleaseAge);

internal static class PolicyEndpoints
{
    private const string Policy = "/groups/{group}/policy";

    public static void MapPolicyReading(this IEndpointRouteBuilder read) =>
        read.MapGet(Policy, GetAsync).WithName("GetPolicy").WithTags("Policy").WithSummary("What a root group lets through");

    public static void MapPolicyChanges(this IEndpointRouteBuilder write)
    {
        write.MapPost(Policy + "/rules", AddAsync).WithName("AddPolicyRule").WithTags("Policy").WithSummary("Adds an allow or deny rule, or an exception for an unsigned provider");
        write.MapDelete(Policy + "/rules/{id:long}", RemoveAsync).WithName("RemovePolicyRule").WithTags("Policy").WithSummary("Removes a rule");
        write.MapPut(Policy + "/minimum-release-age", SetAgeAsync).WithName("SetMinimumReleaseAge").WithTags("Policy").WithSummary("Sets how old a version must be before it is let through");
    }

    private static async Task<Ok<PolicyDocument>> GetAsync(string group, ApiTargets targets, Policies policies, CancellationToken cancellationToken)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        var policy = await policies.FindAsync(row.RootGroupId, cancellationToken);
        return TypedResults.Ok(new PolicyDocument(
            [.. policy.Rules.Select(rule => new PolicyRuleDocument(rule.Id, rule.Kind, rule.Provider.ToString(), rule.Versions?.ToString(), rule.Comment))],
            policy.MinimumReleaseAge));
    }

    private static async Task<Created<PolicyRuleDocument>> AddAsync(string group, NewPolicyRuleDocument rule, ApiTargets targets, Policies policies, HttpContext context, CancellationToken cancellationToken)
    {
        long rootGroupId = await FindRootGroupAsync(targets, group, cancellationToken);
        if (!ProviderPattern.TryParse(rule.Provider, out var provider))
        {
            throw ApiProblemException.Invalid($"provider: '{rule.Provider}' is not valid; expected 'namespace/type' or 'hostname/namespace/type', each a name or '*'.");
        }

        VersionConstraint? versions = null;
        if (rule.Versions is not null && !VersionConstraint.TryParse(rule.Versions, out versions))
        {
            throw ApiProblemException.Invalid($"versions: '{rule.Versions}' is not a version constraint; expected conditions such as '~> 5.0' or '>= 4.1, < 6.0'.");
        }

        long id = await policies.AddRuleAsync(rootGroupId, rule.Kind, provider, versions, rule.Comment, context.Caller(), cancellationToken);
        return TypedResults.Created($"/api/v1/groups/{group}/policy/rules/{id}", new PolicyRuleDocument(id, rule.Kind, provider.ToString(), versions?.ToString(), rule.Comment));
    }

    private static async Task<NoContent> RemoveAsync(string group, long id, ApiTargets targets, Policies policies, HttpContext context, CancellationToken cancellationToken)
    {
        long rootGroupId = await FindRootGroupAsync(targets, group, cancellationToken);
        return await policies.RemoveRuleAsync(rootGroupId, id, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"There is no policy rule {id}.");
    }

    private static async Task<NoContent> SetAgeAsync(string group, MinimumReleaseAgeDocument document, ApiTargets targets, Policies policies, HttpContext context, CancellationToken cancellationToken)
    {
        long rootGroupId = await FindRootGroupAsync(targets, group, cancellationToken);
        TimeSpan? age = null;
        if (document.MinimumReleaseAge is { } text)
        {
            age = Quantity.TryParseDuration(text, out var parsed)
                ? parsed
                : throw ApiProblemException.Invalid($"minimumReleaseAge: '{text}' is not a duration; expected one such as '72h' or '3d'.");
        }

        await policies.SetMinimumReleaseAgeAsync(rootGroupId, age, context.Caller(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<long> FindRootGroupAsync(ApiTargets targets, string group, CancellationToken cancellationToken)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        return row.IsRoot
            ? row.RootGroupId
            : throw ApiProblemException.Invalid($"'{row.Path}' shares the policy of its root group; change it at '{row.Path.RootName}'.");
    }
}
