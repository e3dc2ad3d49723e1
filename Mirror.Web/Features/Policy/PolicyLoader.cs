using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Policy;

/// <summary>A rule in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Versions">Null: every version.</param>
public sealed record ShownRule(long Id, PolicyRuleKind Kind, string Provider, string? Versions, string? Comment);

/// <param name="RootGroupId">Null: there is no such group, or the user may not read it.</param>
/// <param name="Root">The name of the root group.</param>
/// <param name="IsRoot">The page is of the root group itself.</param>
/// <param name="MinimumReleaseAge">Null: any age.</param>
/// <param name="MayChange">The page is of the root group, and the user may change its policy.</param>
public sealed record ShownPolicy(string Group, long? RootGroupId, string Root, bool IsRoot, IReadOnlyList<ShownRule> Rules, TimeSpan? MinimumReleaseAge, bool MayChange)
{
    public IEnumerable<ShownRule> Of(PolicyRuleKind kind) => Rules.Where(rule => rule.Kind == kind);
}

/// <summary>Loads the policy of a group's root group.</summary>
public sealed class PolicyLoader(Policies policies, CurrentUser user)
{
    public async Task<ShownPolicy> LoadAsync(string group, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new ShownPolicy(group, null, "", false, [], null, false);
        }

        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        return new ShownPolicy(
            group,
            scope.RootGroupId,
            scope.Path.RootName,
            scope.IsRoot,
            [.. policy.Rules.Select(rule => new ShownRule(rule.Id, rule.Kind, rule.Provider.ToString(), rule.Versions?.ToString(), rule.Comment))],
            policy.MinimumReleaseAge,
            scope.IsRoot && access.May(AccessAction.ManageSettings));
    }
}
