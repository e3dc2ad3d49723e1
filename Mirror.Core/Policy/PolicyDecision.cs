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
        if (FindDeny(policy, provider, version) is { } deny)
        {
            return new PolicyBlock(Denies(deny), deny.ToString(), deny.Id);
        }

        if (!IsAllowed(policy, provider, version))
        {
            return new PolicyBlock(NotAllowed);
        }

        return IsTooNew(policy, releasedAt, now) && policy.MinimumReleaseAge is { } age && releasedAt is { } released
            ? new PolicyBlock(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it was released at {released:u} and is allowed at {released + age:u}, after the minimum release age of {age}"),
                Until: released + age)
            : null;
    }

    /// <summary>The same decision without its reason.</summary>
    internal static bool IsHidden(
        RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version, DateTimeOffset? releasedAt, DateTimeOffset now) =>
        FindDeny(policy, provider, version) is not null || !IsAllowed(policy, provider, version) || IsTooNew(policy, releasedAt, now);

    /// <summary>Whether every version of a provider is hidden, including unknown ones.</summary>
    /// <returns>Null if some version may be allowed; otherwise the reason.</returns>
    public static string? HidesAll(RootGroupPolicy policy, ProviderAddress provider)
    {
        if (policy.Applied(PolicyRuleKind.Deny).FirstOrDefault(rule => rule.Versions is null && rule.Provider.Matches(provider)) is { } deny)
        {
            return Denies(deny);
        }

        var allows = policy.Applied(PolicyRuleKind.Allow).ToList();
        return allows.Count > 0 && !allows.Any(rule => rule.Provider.Matches(provider)) ? NotAllowed : null;
    }

    /// <summary>Whether the rules hide some versions of a provider and allow others, so that each version must be decided.</summary>
    internal static bool DependsOnVersion(RootGroupPolicy policy, ProviderAddress provider) =>
        policy.Rules.Any(rule => rule is { Kind: PolicyRuleKind.Deny or PolicyRuleKind.Allow, Versions: not null } && rule.Provider.Matches(provider));

    /// <summary>Whether the policy lists the provider as an exception that may be unsigned.</summary>
    public static bool AllowsUnsigned(RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version) =>
        policy.Applied(PolicyRuleKind.AllowUnsigned).Any(rule => rule.Matches(provider, version));

    private static PolicyRule? FindDeny(RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version)
    {
        foreach (var rule in policy.Rules)
        {
            if (rule is { Enabled: true, Kind: PolicyRuleKind.Deny } && rule.Matches(provider, version))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool IsAllowed(RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version)
    {
        bool restricts = false;
        foreach (var rule in policy.Rules)
        {
            if (rule is { Enabled: true, Kind: PolicyRuleKind.Allow })
            {
                restricts = true;
                if (rule.Matches(provider, version))
                {
                    return true;
                }
            }
        }

        return !restricts;
    }

    private static bool IsTooNew(RootGroupPolicy policy, DateTimeOffset? releasedAt, DateTimeOffset now) =>
        policy.MinimumReleaseAge is { } age && releasedAt is { } released && released + age > now;

    private static string Denies(PolicyRule deny) => $"the rule '{deny}' denies it";
}
