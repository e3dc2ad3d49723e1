using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Policy;

/// <summary>
/// Whether policy lets a version through: one pure decision in front of lists, documents and packages alike
/// (DESIGN §5 item 11).
/// </summary>
public static class PolicyDecision
{
    private const string NotAllowed = "no allow rule names it";

    /// <summary>
    /// Any matching deny rule hides; where there are allow rules for anything, one must match; then the age counts.
    /// </summary>
    /// <param name="releasedAt">When it was signed or first seen; null: unknown, and long ago as far as this server can tell.</param>
    /// <returns>Null: it passes; otherwise why not, for whoever asks.</returns>
    public static string? Hides(
        RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version, DateTimeOffset? releasedAt, DateTimeOffset now)
    {
        if (policy.Rules.FirstOrDefault(rule => rule.Kind == PolicyRuleKind.Deny && rule.Matches(provider, version)) is { } deny)
        {
            return Denies(deny);
        }

        var allows = policy.Rules.Where(rule => rule.Kind == PolicyRuleKind.Allow).ToList();
        if (allows.Count > 0 && !allows.Any(rule => rule.Matches(provider, version)))
        {
            return NotAllowed;
        }

        return policy.MinimumReleaseAge is { } age && releasedAt is { } released && released + age > now
            ? string.Create(
                CultureInfo.InvariantCulture, $"it was released at {released:u} and must be {age} old, which it is at {released + age:u}")
            : null;
    }

    /// <summary>Whether every version of a provider is hidden, those that are not known too.</summary>
    /// <returns>Null: some version may pass; otherwise why none does.</returns>
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

    /// <summary>Whether an unsigned provider is an exception that policy names.</summary>
    public static bool AllowsUnsigned(RootGroupPolicy policy, ProviderAddress provider, ProviderVersion version) =>
        policy.Rules.Any(rule => rule.Kind == PolicyRuleKind.AllowUnsigned && rule.Matches(provider, version));

    private static string Denies(PolicyRule deny) => $"the rule '{deny}' denies it";
}
