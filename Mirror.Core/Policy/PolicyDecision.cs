using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Policy;

/// <summary>
/// Decides whether the policy allows a version: one pure decision for version lists, documents and packages.
/// </summary>
public static class PolicyDecision
{
    private const string NotAllowed = "no allow rule matches it";

    /// <summary>
    /// A matching deny rule hides the version. If there are any allow rules, one of them must match. Then the minimum release age applies.
    /// </summary>
    /// <param name="releasedAt">When the version was signed or first seen; null if unknown, which counts as long ago.</param>
    /// <returns>Null if the version is allowed; otherwise the reason, for display.</returns>
    public static PolicyBlock? Hides(
        RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version, DateTimeOffset? releasedAt, DateTimeOffset now)
    {
        if (policy.Rules.FirstOrDefault(rule => rule.Kind == PolicyRuleKind.Deny && rule.Matches(provider, version)) is { } deny)
        {
            return new PolicyBlock(Denies(deny), deny.ToString(), deny.Id);
        }

        var allows = policy.Rules.Where(rule => rule.Kind == PolicyRuleKind.Allow).ToList();
        if (allows.Count > 0 && !allows.Any(rule => rule.Matches(provider, version)))
        {
            return new PolicyBlock(NotAllowed);
        }

        return policy.MinimumReleaseAge is { } age && releasedAt is { } released && released + age > now
            ? new PolicyBlock(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it was released at {released:u} and is allowed at {released + age:u}, after the minimum release age of {age}"),
                Until: released + age)
            : null;
    }

    /// <summary>Whether every version of a provider is hidden, including unknown ones.</summary>
    /// <returns>Null if some version may be allowed; otherwise the reason.</returns>
    public static string? HidesAll(RootGroupPolicy policy, ProviderAddress provider)
    {
        if (policy.Rules.FirstOrDefault(rule => rule is { Kind: PolicyRuleKind.Deny, Versions: null }
            && rule.Provider.Matches(provider)) is { } deny)
        {
            return Denies(deny);
        }

        var allows = policy.Rules.Where(rule => rule.Kind == PolicyRuleKind.Allow).ToList();
        return allows.Count > 0 && !allows.Any(rule => rule.Provider.Matches(provider)) ? NotAllowed : null;
    }

    /// <summary>Whether the rules hide some versions of a provider and allow others, so that each version must be decided.</summary>
    internal static bool DependsOnVersion(RootGroupPolicy policy, ProviderAddress provider) =>
        policy.Rules.Any(rule => rule is { Kind: PolicyRuleKind.Deny or PolicyRuleKind.Allow, Versions: not null } && rule.Provider.Matches(provider));

    /// <summary>Whether the policy lists the provider as an exception that may be unsigned.</summary>
    public static bool AllowsUnsigned(RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version) =>
        policy.Rules.Any(rule => rule.Kind == PolicyRuleKind.AllowUnsigned && rule.Matches(provider, version));

    private static string Denies(PolicyRule deny) => $"the rule '{deny}' denies it";
}
