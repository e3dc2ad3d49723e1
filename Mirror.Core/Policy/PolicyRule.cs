using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Verification;

namespace Mirror.Core.Policy;

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null for every version.</param>
public sealed record PolicyRule(long Id, PolicyRuleKind Kind, ProviderPattern Provider, VersionConstraint? Versions, string? Comment)
{
    /// <summary>The maximum length of a comment, in characters.</summary>
    public const int MaxComment = 200;

    /// <summary>
    /// The place in the list, from 1. It does not change what the rules hide. If several deny rules match a version, the first one is named.
    /// </summary>
    public int Position { get; init; }

    /// <summary>False for a rule that is kept, but not applied.</summary>
    public bool Enabled { get; init; } = true;

    public DateTimeOffset? CreatedAt { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>The time of the last change; null if there was none.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    public string? ChangedBy { get; init; }

    internal static PolicyRule From(PolicyRuleRow row, int position) =>
        new(
            row.Id,
            row.Kind,
            ProviderPattern.Parse(row.Provider),
            row.Versions is null ? null : VersionConstraint.Parse(row.Versions),
            row.Comment)
        {
            Position = position,
            Enabled = !row.Disabled,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
            ChangedAt = row.ChangedAt,
            ChangedBy = row.ChangedBy,
        };

    public bool Matches(ProviderAddress provider, ProviderVersion version) =>
        Provider.Matches(provider) && (Versions is null || Versions.Matches(version) || version.IsPrerelease && MatchesRelease(version));

    // A rule for releases also matches their prereleases: otherwise a denied range would allow them.
    private bool MatchesRelease(ProviderVersion version) =>
        Versions!.Matches(ProviderVersion.Parse(FormattableString.Invariant($"{version.Major}.{version.Minor}.{version.Patch}")));

    public override string ToString() =>
        $"{Kind} {Provider}{(Versions is null ? "" : $" {Versions}")}{(Comment is null ? "" : $" ({Comment})")}";
}

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>[hostname/]namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null for every version.</param>
/// <param name="Enabled">False to keep the rule without applying it.</param>
public sealed record NewPolicyRule(
    PolicyRuleKind Kind,
    [MaxLength(ProviderAddress.MaxLength)] string Provider,
    [MaxLength(VersionConstraint.MaxLength)] string? Versions = null,
    [MaxLength(PolicyRule.MaxComment)] string? Comment = null,
    bool Enabled = true);

/// <param name="Position">The new place in the list, from 1; one after the end means the end.</param>
public sealed record PolicyRulePosition([Range(1, int.MaxValue)] int Position);

/// <summary>A change to preview: a rule, the minimum release age, or both.</summary>
/// <param name="RuleId">The rule that <c>rule</c> replaces; without <c>rule</c>, the rule to remove. Null to add <c>rule</c>.</param>
/// <param name="Rule">Null to remove a rule, or to leave the rules unchanged.</param>
/// <param name="MinimumReleaseAge">A duration such as <c>72h</c>, or <c>none</c> for any age; null to leave it unchanged.</param>
public sealed record PolicyChange(
    long? RuleId = null, NewPolicyRule? Rule = null, [MaxLength(Quantity.MaxLength)] string? MinimumReleaseAge = null);

/// <summary>The rules that decide which versions a root group allows.</summary>
/// <param name="MinimumReleaseAge">The minimum age of a version; null for any age.</param>
/// <param name="Pins">The keys that must have signed new versions of some providers.</param>
public sealed record RootGroupPolicy(IReadOnlyList<PolicyRule> Rules, TimeSpan? MinimumReleaseAge, IReadOnlyList<KeyPin> Pins)
{
    public static RootGroupPolicy Open { get; } = new([], null, []);

    /// <summary>Whether any version can be hidden.</summary>
    internal bool MayHide => MinimumReleaseAge is not null || Rules.Any(rule => rule is { Enabled: true, Kind: not PolicyRuleKind.AllowUnsigned });

    /// <summary>The rules of a kind that apply: not those that are disabled.</summary>
    internal IEnumerable<PolicyRule> Applied(PolicyRuleKind kind) => Rules.Where(rule => rule.Enabled && rule.Kind == kind);

    /// <summary>The rule with an id, if there is one.</summary>
    public PolicyRule? Find(long ruleId) => Rules.FirstOrDefault(rule => rule.Id == ruleId);

    /// <summary>The policy with a rule changed, or added if it has no rule with this id.</summary>
    public RootGroupPolicy With(PolicyRule rule) => this with
    {
        Rules = Rules.Any(other => other.Id == rule.Id)
            ? [.. Rules.Select(other => other.Id == rule.Id ? rule : other)]
            : [.. Rules, rule],
    };

    /// <summary>The policy without a rule.</summary>
    public RootGroupPolicy Without(long ruleId) => this with { Rules = [.. Rules.Where(rule => rule.Id != ruleId)] };
}

/// <param name="MinimumReleaseAge">
/// A duration such as <c>72h</c>, <c>3d</c> or <c>3.00:00:00</c> (the form that the API returns); null for any age.
/// </param>
public sealed record NewMinimumReleaseAge([MaxLength(Quantity.MaxLength)] string? MinimumReleaseAge)
{
    /// <summary>The word for any age, where null means no change.</summary>
    public const string None = "none";
}
